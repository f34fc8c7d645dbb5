import { ROOT } from "../../infra/root.ts";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

/**
 * What the program and its commands can say: the texts in their sources, without comments and
 * names.
 */
const TEXTS = ["infra", "components", "commands", "local"]
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((file) =>
      join(ROOT, folder, file),
    ),
  )
  .filter((file) => /\.(ts|mjs)$/.test(file))
  .flatMap((file) => textsIn(readFileSync(file, "utf8")));

/** The literals of a source, templates in their parts. */
function textsIn(source: string): string[] {
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || isPartOfTemplate(node)) texts.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("source.ts", source, ts.ScriptTarget.Latest));
  return texts;
}

function isPartOfTemplate(
  node: ts.Node,
): node is ts.TemplateHead | ts.TemplateMiddle | ts.TemplateTail {
  return ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node);
}

const page = readFileSync(join(ROOT, "docs/reference/messages.md"), "utf8");
/** The section about this program; what others say comes behind. */
const [, section = ""] = page.split(/^## /m);
const messages = [...section.matchAll(/^- (`[^`]+`(?:, `[^`]+`)*)/gm)].flatMap(([, list = ""]) =>
  list.split("`").filter((_, index) => index % 2 === 1),
);

test("docs/reference/messages.md explains messages", () => {
  expect(messages.length).toBeGreaterThan(15);
});

test.each(messages)("the program says: %s", (message) => {
  expect(TEXTS.filter((text) => text.includes(message))).not.toEqual([]);
});

test("what stands in a comment only is no message", () => {
  const source = '/** not said */ const a = "said"; // not said\nconst b = `so ${a} and so`;';
  expect(textsIn(source)).toEqual(["said", "so ", " and so"]);
});
