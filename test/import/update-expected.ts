import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CASES, EXPECTED, printedOf } from "./case.ts";

for (const name of await readdir(CASES))
  await writeFile(join(CASES, name, EXPECTED), await printedOf(name));
