import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { editFile } from "../../commands/scale/write.ts";

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "write-"));
  file = join(folder, "a.yaml");
  await writeFile(file, "old");
});
afterEach(() => rm(folder, { recursive: true }));

test("a file that an editor changes meanwhile is left as the editor has it", async () => {
  const edit = (text: string) => {
    writeFileSync(file, "from an editor");
    return `${text} and new`;
  };
  await expect(editFile(file, edit)).rejects.toThrow("somebody else has changed it meanwhile");
  expect(await readFile(file, "utf8")).toBe("from an editor");
  expect(await readdir(folder)).toEqual(["a.yaml"]);
});

test("what an edit throws leaves the file, and nothing else", async () => {
  const refuse = () => {
    throw new Error("no");
  };
  await expect(editFile(file, refuse)).rejects.toThrow("no");
  expect(await readFile(file, "utf8")).toBe("old");
  expect(await readdir(folder)).toEqual(["a.yaml"]);
});

test("what a killed edit has left is no hindrance", async () => {
  await writeFile(join(folder, ".a.yaml.new"), "half a te");
  await writeFile(join(folder, ".a.yaml.lock"), "4194303 never");
  await editFile(file, (text) => `${text} and new`);
  expect(await readFile(file, "utf8")).toBe("old and new");
  expect(await readdir(folder)).toEqual(["a.yaml"]);
});
