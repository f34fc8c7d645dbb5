/**
 * Times a no-op `pulumi preview` of a stack against the same objects declared in a plain Pulumi program on the stock
 * TypeScript runtime (ts-node): same engine, same plugins, same cluster, same Node.js, runs taken in turn.
 *
 *   npm run bench -- preview                     # 10 runs each
 *   npm run bench -- preview --runs 20 --stack production
 *
 * Needs `npm start` to have been run: it uses that cluster, in namespaces and stacks of its own, and removes them.
 */
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { parseArgs, promisify } from "node:util";
import { parse, parseAllDocuments, stringify } from "yaml";
import { openEnvironment } from "../local/environment.ts";
import type { LocalEnvironment } from "../local/environment.ts";
import { placeOfCheckout } from "../local/place.ts";

const ROOT = resolve(import.meta.dirname, "..");
const NODE_MODULES = join(ROOT, "node_modules");
const SIDES = ["ours", "plain"] as const;

export async function preview(words: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      runs: { type: "string", default: "10" },
      stack: { type: "string", default: "production" },
    },
  });
  const environment = await openEnvironment(placeOfCheckout());
  const folder = await mkdtemp(join(tmpdir(), "dash-scale-bench-"));
  const sides = SIDES.map((side) => join(folder, side));
  const [ours = "", plain = ""] = sides;
  try {
    await writeOurs(ours, values.stack);
    await writePlain(plain, values.stack);
    for (const side of sides) await pulumi(environment, side, "stack", "init", "bench");
    for (const side of sides) await pulumi(environment, side, "up", "--yes", "--skip-preview");
    report(await timed(environment, sides, Number(values.runs)));
  } finally {
    // What was not set up cannot be removed, and need not be.
    for (const side of sides) {
      // A stack for production has a protected namespace.
      await pulumi(environment, side, "state", "unprotect", "--all", "--yes").catch(() => "");
      await pulumi(environment, side, "destroy", "--yes", "--skip-preview").catch(() => "");
      await pulumi(environment, side, "stack", "rm", "--yes").catch(() => "");
    }
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs Pulumi in a side's folder; a failure is an exception. */
async function pulumi(
  environment: LocalEnvironment,
  cwd: string,
  ...args: string[]
): Promise<void> {
  const stack = args[1] === "init" ? [] : ["--stack", "bench"];
  const { status, stdout, stderr } = await environment.pulumi(
    [...args, ...stack, "--non-interactive"],
    { cwd },
  );
  if (status !== 0) throw new Error(`pulumi ${args.join(" ")} failed:\n${stdout}\n${stderr}`);
}

/** Seconds of each side's previews, taken in turn; the first of each is not counted. */
async function timed(
  environment: LocalEnvironment,
  sides: readonly string[],
  runs: number,
): Promise<number[][]> {
  const seconds = sides.map((): number[] => []);
  for (let run = 0; run <= runs; run += 1) {
    for (const [index, side] of sides.entries()) {
      const begin = performance.now();
      await pulumi(environment, side, "preview", "--expect-no-changes");
      if (run > 0) seconds[index]?.push((performance.now() - begin) / 1000);
    }
  }
  return seconds;
}

function report([ours = [], plain = []]: readonly number[][]): void {
  const ratios = ours.map((seconds, index) => seconds / (plain[index] ?? Number.NaN));
  console.table({
    "dash-scale (s)": spread(ours),
    "plain program, stock runtime (s)": spread(plain),
    "ratio, run by run": spread(ratios),
  });
}

function spread(values: readonly number[]): Record<string, number> {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) =>
    Math.round((sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN) * 100) / 100;
  return { minimum: at(0), median: at(0.5), maximum: at(1) };
}

/** A copy of this project, with a namespace and a Pulumi project of its own. */
async function writeOurs(folder: string, stack: string): Promise<void> {
  await mkdir(join(folder, "stacks"), { recursive: true });
  for (const part of ["package.json", "infra", "components", "examples"]) {
    await cp(join(ROOT, part), join(folder, part), { recursive: true });
  }
  await symlink(NODE_MODULES, join(folder, "node_modules"));
  const project = await readFile(join(ROOT, "Pulumi.yaml"), "utf8");
  await writeFile(join(folder, "Pulumi.yaml"), project.replace(/^name: .*$/m, "name: bench-ours"));
  const file = await readFile(join(ROOT, "stacks", `Pulumi.${stack}.yaml`), "utf8");
  await writeFile(
    join(folder, "stacks", "Pulumi.bench.yaml"),
    file.replace(/^ {4}name: .*$/m, "    name: bench-ours"),
  );
}

/** The same objects as literals, as the Pulumi template `kubernetes-typescript` sets a project up. */
async function writePlain(folder: string, stack: string): Promise<void> {
  await mkdir(folder);
  await symlink(NODE_MODULES, join(folder, "node_modules"));
  const render = [join(ROOT, "commands/render.ts"), "--stack", stack];
  const { stdout } = await promisify(execFile)(process.execPath, render);
  const objects = parseAllDocuments(stdout.replaceAll(/\bfour-callbacks\b/g, "bench-plain"));
  const declarations = objects.map((document) => declaration(document.toJS()));
  const compilerOptions = {
    strict: true,
    target: "es2020",
    module: "commonjs",
    moduleResolution: "node",
    ignoreDeprecations: "6.0",
  };
  const context = contextIn(await readFile(join(ROOT, "stacks", `Pulumi.${stack}.yaml`), "utf8"));
  const files = {
    "Pulumi.yaml": stringify({ name: "bench-plain", runtime: "nodejs" }),
    "Pulumi.bench.yaml": stringify({ config: { "kubernetes:context": context } }),
    "package.json": JSON.stringify({ name: "bench-plain", main: "index.ts" }),
    "tsconfig.json": JSON.stringify({ compilerOptions, files: ["index.ts"] }),
    "index.ts": `import * as k8s from "@pulumi/kubernetes";\n\n${declarations.join("\n")}`,
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
}

function contextIn(stackFile: string): unknown {
  const { config }: { config: Record<string, unknown> } = parse(stackFile);
  return config["kubernetes:context"];
}

interface Declared {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

function declaration(object: Declared): string {
  const [version = "", group = "core"] = object.apiVersion.split("/").toReversed();
  const type = `k8s.${group.split(".")[0] ?? ""}.${version}.${object.kind}`;
  const args = `${JSON.stringify(object.metadata.name)}, ${JSON.stringify(object, undefined, 2)}`;
  return object.kind === "Namespace"
    ? `const namespace = new ${type}(${args});\n`
    : `new ${type}(${args}, { dependsOn: namespace });\n`;
}
