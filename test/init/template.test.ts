import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { templateFiles } from "../../commands/generate/template.ts";
import { ROOT } from "../../infra/root.ts";

test.each([...templateFiles()])("%s is what npm run generate makes", (path, content) => {
  expect(readFileSync(join(ROOT, path), "utf8")).toBe(content);
});
