import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");

/** Every source file of the program and its commands, as one text. */
const SOURCES = ["infra", "components", "commands", "local"]
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((file) =>
      join(ROOT, folder, file),
    ),
  )
  .filter((file) => /\.(ts|mjs)$/.test(file))
  .map((file) => readFileSync(file, "utf8"))
  .join("\n");

const page = readFileSync(join(ROOT, "docs/operations.md"), "utf8");
/** The table of what the program says; what others say comes behind it. */
const [, table = ""] = page.split(/^## What it says$|^What Pulumi's Kubernetes provider/m);
const messages = [...table.matchAll(/^\| `([^`]+)`/gm)].map(([, text = ""]) => text);

test("docs/operations.md explains messages", () => {
  expect(messages.length).toBeGreaterThan(10);
});

test.each(messages)("the program says: %s", (message) => {
  expect(SOURCES).toContain(message);
});
