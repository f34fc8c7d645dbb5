import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { filesOf, readApp } from "../../components/procfile/app-files.ts";
import { decodeText } from "../../components/procfile/decode.ts";
import { frameworkOf } from "../../components/procfile/framework.ts";

let folder = "";
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "dash-scale-evidence-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** What a command is taken for, with these files beside its Procfile. */
function frameworkWith(files: Record<string, string>, command = "gunicorn a:b") {
  for (const [name, text] of Object.entries({ Procfile: `web: ${command}\n`, ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return frameworkOf(command, filesOf(command, readApp(join(folder, "Procfile"))));
}
const DASH = { kind: "dash" };
const PYPROJECT = "pyproject.toml";

describe("evidence of Dash", () => {
  test.each<[string, Record<string, string>]>([
    [
      "PEP 621",
      {
        [PYPROJECT]:
          '[project]\ndependencies = [\n  "flask>=3", # web\n  "dash[diskcache]>=4",\n]\n',
      },
    ],
    ["PEP 621 on one line", { [PYPROJECT]: '[project]\ndependencies = ["Dash>=4"]\n' }],
    ["Poetry", { [PYPROJECT]: '[tool.poetry.dependencies]\npython = "^3.12"\ndash = "^4.1"\n' }],
    [
      "Poetry with extras",
      {
        [PYPROJECT]: '[tool.poetry.dependencies]\ndash = { version = "4", extras = ["celery"] }\n',
      },
    ],
    ["PEP 735", { [PYPROJECT]: '[project]\nname = "a"\n[dependency-groups]\nweb = ["dash"]\n' }],
    ["Pipfile", { Pipfile: '[packages]\nflask = "*"\ndash = "*"\n' }],
    ["uv.lock", { "uv.lock": '[[package]]\nname = "dash"\nversion = "4.1"\n' }],
    ["poetry.lock", { "poetry.lock": '[[package]]\nname = "dash"\n' }],
    ["conda", { "environment.yml": "dependencies:\n  - python=3.12\n  - conda-forge::dash=4.1\n" }],
    ["conda's pip", { "environment.yml": "dependencies:\n  - pip:\n      - dash==4.1\n" }],
    [
      "a file that is referred to",
      { "requirements.txt": "-r requirements/base.txt\n", "requirements/base.txt": "dash\n" },
    ],
    [
      "a file beside a file that is referred to",
      {
        "requirements.txt": "-r req/a.txt\n",
        "req/a.txt": "--requirement=b.txt\n",
        "req/b.txt": "dash",
      },
    ],
  ])("%s", (_, files) => expect(frameworkWith(files)).toEqual(DASH));
});

describe("evidence of something else", () => {
  test.each<[string, Record<string, string>, string, string]>([
    ["Node.js", { "package.json": "{}" }, "./start", "Node.js"],
    ["Ruby", { Gemfile: "" }, "bin/web", "Ruby"],
    ["Java", { "pom.xml": "" }, "bin/web", "Java"],
    ["Go", { "go.mod": "" }, "bin/shop", "Go"],
    [
      "FastAPI by Poetry",
      { [PYPROJECT]: '[tool.poetry.dependencies]\nfastapi = "*"\n' },
      "uvicorn a:b",
      "FastAPI",
    ],
    ["Django by a Pipfile", { Pipfile: '[packages]\nDjango = "*"\n' }, "gunicorn a.wsgi", "Django"],
    [
      "a folder that the line changes into",
      { "requirements.txt": "dash\n", "backend/requirements.txt": "fastapi" },
      "cd backend && uvicorn a:b",
      "FastAPI",
    ],
    [
      "a folder of the image",
      { "requirements.txt": "dash\n", "api/requirements.txt": "flask" },
      "cd /app/api && gunicorn a:b",
      "Flask",
    ],
    [
      "a folder that gunicorn changes into",
      { "api/Pipfile": '[packages]\nflask = "*"\n' },
      "gunicorn --chdir api a:b",
      "Flask",
    ],
  ])("%s", (_, files, command, name) => {
    expect(frameworkWith(files, command)).toEqual({ kind: "other", name });
  });
});

describe("no evidence is unknown", () => {
  test.each<[string, Record<string, string>, string]>([
    ["nothing", {}, "gunicorn a:b"],
    [
      "packages that are worked out when the app is built",
      { [PYPROJECT]: '[project]\ndynamic = ["dependencies"]\n' },
      "gunicorn a:b",
    ],
    ["a package.json beside a Python server", { "package.json": "{}" }, "gunicorn a:b"],
    [
      "a file that is referred to and is not there",
      { "requirements.txt": "-r base.txt\n" },
      "gunicorn a:b",
    ],
    [
      "a folder above the Procfile's",
      { "requirements.txt": "-r ../../etc/passwd\n" },
      "cd ../.. && gunicorn a:b",
    ],
  ])("%s", (_, files, command) => {
    expect(frameworkWith(files, command)).toEqual({ kind: "unknown" });
  });
});

const TEXT = "dash==4.1\r\nWörter\r\n";

function utf32(text: string, isLittle: boolean): Uint8Array {
  const points = Array.from(`\uFEFF${text}`).map((character) => character.codePointAt(0) ?? 0);
  const view = new DataView(new ArrayBuffer(points.length * 4));
  for (const [index, point] of points.entries()) view.setUint32(index * 4, point, isLittle);
  return new Uint8Array(view.buffer);
}

describe("a text is decoded as pip does", () => {
  test.each<[string, Uint8Array, string]>([
    ["UTF-8", Buffer.from(TEXT), TEXT],
    ["UTF-8 with a mark", Buffer.from(`\uFEFF${TEXT}`), TEXT],
    ["UTF-16 LE", Buffer.from(`\uFEFF${TEXT}`, "utf16le"), TEXT],
    ["UTF-16 BE", Buffer.from(`\uFEFF${TEXT}`, "utf16le").swap16(), TEXT],
    ["UTF-32 LE", utf32(TEXT, true), TEXT],
    ["UTF-32 BE", utf32(TEXT, false), TEXT],
    [
      "a coding comment",
      Buffer.from(`# coding: latin-1\n${TEXT}`, "latin1"),
      `# coding: latin-1\n${TEXT}`,
    ],
    ["an unknown coding", Buffer.from("# coding: klingon\ndash"), "# coding: klingon\ndash"],
  ])("%s", (_, bytes, text) => expect(decodeText(bytes)).toBe(text));
});
