import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { templateFiles } from "../../commands/generate/template.ts";
import { ROOT } from "../../infra/root.ts";

test.each([...templateFiles()])("%s is what npm run generate makes", (path, content) => {
  expect(readFileSync(join(ROOT, path), "utf8")).toBe(content);
});

test("a new project wants the Pulumi that this one wants, and starts Node.js alike", () => {
  const here = readFileSync(join(ROOT, "Pulumi.yaml"), "utf8");
  const there = templateFiles().get("package/template/Pulumi.yaml") ?? "";
  const said = (text: string) => [
    /^requiredPulumiVersion: .*$/m.exec(text)?.[0],
    /--max-\S+/.exec(text)?.[0],
  ];
  expect(said(there)).toEqual(said(here));
  expect(said(here)).not.toContain(undefined);
});
