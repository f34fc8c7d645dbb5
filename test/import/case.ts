import { mkdtemp, readdir, readFile, rm, writeFile, cp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../infra/root.ts";
import { startedIn } from "../support/command.ts";

/** A folder for each: the files that are imported, maybe a Procfile, and what is expected. */
export const CASES = join(ROOT, "test/import/cases");
export const EXPECTED = "expected.txt";
const PROCFILE = "Procfile";

/** Makes a Pulumi project of a case, and gives the folder and the files to import. */
export async function projectOf(name: string): Promise<{ folder: string; files: string[] }> {
  const folder = await mkdtemp(join(tmpdir(), "dash-scale-import-"));
  const all = await readdir(join(CASES, name));
  for (const file of all.filter((it) => it !== EXPECTED))
    await cp(join(CASES, name, file), join(folder, file));
  const project = "name: shop\nruntime: nodejs\nstackConfigDir: stacks\n";
  await writeFile(join(folder, "Pulumi.yaml"), project);
  return { folder, files: all.filter((it) => it !== EXPECTED && it !== PROCFILE).toSorted() };
}

/** What `dash-scale import --dry-run` prints of a case: the report, the files, and the warnings. */
export async function printedOf(name: string): Promise<string> {
  const { folder, files } = await projectOf(name);
  const { ended } = startedIn(ROOT, folder, ["import", "--dry-run", ...files]);
  const { stdout, stderr, status } = await ended;
  await rm(folder, { recursive: true, force: true });
  return `${stdout}\n--- standard error, status ${status}\n${stderr}`;
}

export const expectedOf = (name: string) => readFile(join(CASES, name, EXPECTED), "utf8");
