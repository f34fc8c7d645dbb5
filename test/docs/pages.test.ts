import { ROOT } from "../../infra/root.ts";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { VERBS } from "../../commands/verbs.ts";
import { localVerbs } from "../../local/verbs.ts";
import { readMarkdown } from "../support/markdown.ts";

const MAX_TABLE = 140;
const MAX_PROSE = 120;

const textOf = (file: string) => readFileSync(join(ROOT, file), "utf8");
const FILES = filesLike("");
const PAGES = filesLike("*.md").filter((file) => !file.startsWith("bench/results/"));
const HAND_WRITTEN = PAGES.filter((file) => !textOf(file).includes("\nMade by `npm run generate`"));

/** Files of the project, those that are not committed yet, too. */
function filesLike(pattern: string): string[] {
  const args = ["ls-files", "--cached", "--others", "--exclude-standard", "--", pattern];
  const listed = execFileSync("git", pattern === "" ? args.slice(0, -1) : args, {
    cwd: ROOT,
    encoding: "utf8",
  });
  return [...new Set(listed.trim().split("\n"))].filter((file) => existsSync(join(ROOT, file)));
}

/** The relative links of a page that lead nowhere. */
function brokenLinks(page: string): string[] {
  const { links } = readMarkdown(textOf(page));
  return links
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? page : relative(ROOT, resolve(ROOT, dirname(page), path));
      if (!FILES.some((file) => file === target || file.startsWith(`${target}/`))) return true;
      return anchor !== undefined && !readMarkdown(textOf(target)).anchors.has(anchor);
    });
}

test("there are pages to look at", () => {
  expect(PAGES).toEqual(
    expect.arrayContaining(["README.md", "CONTRIBUTING.md", "bench/README.md"]),
  );
  expect(PAGES.filter((page) => page.startsWith("docs/")).length).toBeGreaterThan(20);
  expect(PAGES.flatMap((page) => readMarkdown(textOf(page)).links).length).toBeGreaterThan(60);
});

describe.each(PAGES)("%s", (page) => {
  test("has no link to a file or a heading that is not there", () => {
    expect(brokenLinks(page)).toEqual([]);
  });
  test("names no page, script or command that is not there", () => {
    const text = textOf(page);
    const { scripts }: { scripts: object } = JSON.parse(textOf("package.json"));
    const named = [...text.matchAll(/\bnpm run (?:-s )?([\w:-]+)/g)].map(([, name = ""]) => name);
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
    const verbs = { ...VERBS.verbs, ...prefixed("local", localVerbs.verbs) };
    const called = [...text.matchAll(/npx dash-scale ((?:local )?[a-z][\w-]*)/g)];
    expect(
      called.map(([, verb = ""]) => verb).filter((verb) => !Object.hasOwn(verbs, verb)),
    ).toEqual([]);
  });
});

function prefixed(prefix: string, verbs: object): object {
  return Object.fromEntries(Object.keys(verbs).map((name) => [`${prefix} ${name}`, true]));
}

test.each(HAND_WRITTEN)("%s has no table wider than 140 and no prose wider than 120", (page) => {
  const wide = readMarkdown(textOf(page)).lines.filter(({ text }) => {
    // A single word, such as a link, cannot be broken.
    const isBreakable = /\S\s+\S/.test(text.trim().replace(/^[-*#]+ /, ""));
    return text.length > (text.startsWith("|") ? MAX_TABLE : MAX_PROSE) && isBreakable;
  });
  expect(wide.map(({ number, text }) => `${page}:${number} ${text}`)).toEqual([]);
});

test("README has a link to each page of docs/, and is short", () => {
  const { links } = readMarkdown(textOf("README.md"));
  const linked = new Set(links.map((link) => link.split("#")[0]));
  expect(PAGES.filter((page) => page.startsWith("docs/") && !linked.has(page))).toEqual([]);
  expect(textOf("README.md").split("\n").length).toBeLessThanOrEqual(151);
});

test.each(["CONTRIBUTING.md", "bench/README.md"])("files that %s names are there", (page) => {
  const paths = [...textOf(page).matchAll(/`((?:[\w.-]+\/)+[\w.-]*)`/g)].map(
    ([, path = ""]) => path,
  );
  expect(paths.length).toBeGreaterThan(3);
  const missing = paths.filter(
    (path) => !/node_modules|^package\/build\//.test(path) && !existsSync(join(ROOT, path)),
  );
  expect(missing).toEqual([]);
});

test("sources and examples name no page that is not there", () => {
  const named = FILES.filter((file) => /\.(ts|mjs|ya?ml|md|json)$/.test(file)).flatMap((file) =>
    [
      ...textOf(file).matchAll(
        /(?<![\w/.-])((?:docs\/[\w/-]+|README|CONTRIBUTING|CHANGELOG)\.md)\b/g,
      ),
    ].map(([, page = ""]) => ({ file, page })),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter(({ page }) => !existsSync(join(ROOT, page)))).toEqual([]);
});
