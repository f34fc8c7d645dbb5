import { ROOT } from "../../infra/root.ts";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { parseAllDocuments, stringify } from "yaml";
import type { Formation, KubernetesObject } from "./peer.ts";

/** The object of a rendered formation of 500 types is 2 MB. */
const LARGE = 256 * 2 ** 20;

/** The process type whose replicas are changed. */
const FIRST = "p001";

/** A formation of so many process types: one replica of each, but for the first one. */
export function formationOf(types: number): Formation {
  const names = Array.from(
    { length: types },
    (_, index) => `p${String(index + 1).padStart(3, "0")}`,
  );
  const procfile = names.map((name) => `${name}: worker --queue ${name}\n`).join("");
  return {
    procfile,
    stackFile,
    scaled: FIRST,
    objects: (app, replicas) => objects(procfile, app, replicas),
  };
}

function stackFile(name: string, replicas: number, procfile = "Procfile"): string {
  const app = { name, procfile, image: "registry.example.com/app:1.0.0" };
  return stringify({
    config: { "dash-scale:app": app, "dash-scale:scale": { [FIRST]: replicas } },
  });
}

async function objects(procfile: string, app: string, replicas: number) {
  const folder = await mkdtemp(join(tmpdir(), "dash-scale-bench-"));
  try {
    await writeFile(join(folder, "Procfile"), procfile);
    await writeFile(join(folder, "stack.yaml"), stackFile(app, replicas, join(folder, "Procfile")));
    const render = ["commands/dash-scale.mjs", "render", "--stack-file"];
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [...render, join(folder, "stack.yaml")],
      { cwd: ROOT, maxBuffer: LARGE },
    );
    return parseAllDocuments(stdout).map((document): KubernetesObject => document.toJS());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
