import { ROOT } from "../../infra/root.ts";
import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";

const EXPECTED = join(import.meta.dirname, "expected");

/** Every stack file whose manifests are kept, with the file that holds what is expected of it. */
export const MANIFEST_CASES = [join(ROOT, "stacks"), join(import.meta.dirname, "stacks")]
  .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
  .filter((file) => file.endsWith(".yaml"))
  .map((stackFile) => {
    const name = basename(stackFile).replace(/^Pulumi\./, "");
    return { name, stackFile, expected: join(EXPECTED, name) };
  });

/** What `dash-scale render` prints for a stack file. */
export async function rendered(stackFile: string): Promise<string> {
  const args = ["commands/dash-scale.mjs", "render", "--stack-file", stackFile];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT });
  return stdout;
}
