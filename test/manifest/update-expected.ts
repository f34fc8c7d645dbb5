import { writeFileSync } from "node:fs";
import { MANIFEST_CASES, rendered } from "./cases.ts";

for (const { expected, stackFile } of MANIFEST_CASES) {
  writeFileSync(expected, await rendered(stackFile));
}
