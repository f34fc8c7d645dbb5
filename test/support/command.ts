import { ROOT } from "../../infra/root.ts";
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import process from "node:process";

/** What the commands need of the project. */
const PARTS = [
  "Pulumi.yaml",
  "package.json",
  "infra",
  "components",
  "commands",
  "stacks",
  "local",
  "examples/pipeline",
  "examples/four-callbacks/Procfile",
  "examples/four-callbacks/requirements.txt",
];

/** A copy of this project in a folder of its own, as a user has one. */
export async function projectCopy(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "dash-scale-command-"));
  for (const part of PARTS) {
    await mkdir(dirname(join(folder, part)), { recursive: true });
    await cp(join(ROOT, part), join(folder, part), { recursive: true });
  }
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
  return folder;
}

/** What a command has printed, and how it ended. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts `dash-scale` in a copy of the project, for which no cluster of this machine is known. */
export function started(folder: string, args: readonly string[], path = "") {
  const env = {
    ...process.env,
    KUBECONFIG: join(folder, "kubeconfig"),
    PATH: `${path}${delimiter}${process.env["PATH"] ?? ""}`,
  };
  const child = spawn(process.execPath, [DASH_SCALE, ...args], { cwd: folder, env });
  return { child, ended: outcome(child) };
}

/** The same in another folder. */
export function startedIn(folder: string, cwd: string, args: readonly string[]) {
  const child = spawn(process.execPath, [join(folder, DASH_SCALE), ...args], { cwd });
  return { child, ended: outcome(child) };
}

const DASH_SCALE = "commands/dash-scale.mjs";

function outcome(child: ChildProcess): Promise<Ended> {
  const output = { stdout: "", stderr: "" };
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
  return new Promise((end, reject) => {
    child.once("error", reject);
    child.once("close", (status) => end({ status, ...output }));
  });
}
