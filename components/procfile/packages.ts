import { posix } from "node:path";

/** A Python package that an app needs. */
export interface Requirement {
  /** `requirements.txt:3:1`. */
  readonly location: string;
  /** As written, in lower case with dashes: `dash[diskcache]==4.1`. */
  readonly text: string;
}

/** What a file says of the packages that an app needs. */
export interface Packages {
  readonly requirements: readonly Requirement[];
  /** Further files of requirements that the file refers to, relative to the same folder. */
  readonly references: readonly string[];
  /**
   * Whether the packages may be more than what is listed: a project in a folder, a file at an
   * address.
   */
  readonly isOpen: boolean;
}

/** Files that list the Python packages that an app needs, and how each of them is read. */
export const PACKAGE_FILES: readonly (readonly [file: string, read: typeof requirementsIn])[] = [
  ["requirements.txt", requirementsIn],
  ["pyproject.toml", tomlIn],
  ["Pipfile", tomlIn],
  ["environment.yml", condaIn],
  ["environment.yaml", condaIn],
  ["requirements/production.txt", requirementsIn],
  ["requirements/prod.txt", requirementsIn],
  ["requirements/base.txt", requirementsIn],
];

/**
 * Files that list what those packages need themselves, too: only read where nothing else says what
 * the app needs.
 */
export const LOCK_FILES: typeof PACKAGE_FILES = [
  ["uv.lock", lockedIn],
  ["poetry.lock", lockedIn],
  ["pdm.lock", lockedIn],
];

/** Names are the same in any case, and with any of - _ . (PEP 503). */
function normalized(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/^\w[\w.-]*/, (name) => name.replaceAll(/[-_.]+/g, "-"));
}

const lines = (text: string) => text.split(/\r\n|\r|\n/);
const REFERENCE = /^(?:-r|--requirement)(?:\s*=\s*|\s+|(?=\S))(.+)$/;
/** `git+https://github.com/plotly/dash.git@v4#egg=dash`, `https://…/dash-4.1-py3-none-any.whl`. */
const REPOSITORY =
  /^(?:-e\s+|--editable[ =])?(?:git|hg|svn|bzr)\+\w+:\/\/[^/\s]+\/(?:\S*\/)?([\w.-]+?)(?:\.git)?\/?(?:@[^#]*)?(?:#.*)?$/;
const ARCHIVE = /^(?:https?|file):\S*\/([\w.]+)-\d[^/]*\.(?:whl|tar\.gz|zip)/;
const OPEN = /^(?:-e|--editable|\.|\/)/;

/** https://pip.pypa.io/en/stable/reference/requirements-file-format/ */
export function requirementsIn(file: string, text: string): Packages {
  const written = lines(text)
    .map((line, index) => ({
      location: `${file}:${index + 1}:1`,
      code: line.trim().replace(/(^|\s+)#.*$/, ""),
    }))
    .filter(({ code }) => code !== "");
  const [referring, others] = [
    written.filter(({ code }) => REFERENCE.test(code)),
    written.filter(({ code }) => !REFERENCE.test(code)),
  ];
  return {
    requirements: others.map(({ location, code }) => ({
      location,
      text: normalized(nameAt(code) ?? code),
    })),
    references: referring.map(({ code }) =>
      posix.join(posix.dirname(file), (REFERENCE.exec(code)?.[1] ?? "").trim()),
    ),
    isOpen: others.some(({ code }) => nameAt(code) === undefined && OPEN.test(code)),
  };
}

/** The name of a package that is given by its address. */
function nameAt(code: string): string | undefined {
  const found = /#egg=([\w.-]+)/.exec(code) ?? REPOSITORY.exec(code) ?? ARCHIVE.exec(code);
  return found?.[1];
}

/**
 * The packages in a pyproject.toml or a Pipfile: strings of a list of dependencies, and keys of a
 * table of them. It is less than a parser of TOML: what is in there beside the names decides
 * nothing.
 *
 * Sources: PEP 621, PEP 735, python-poetry.org/docs/pyproject, github.com/pypa/pipfile.
 */
function tomlIn(file: string, text: string): Packages {
  const requirements: Requirement[] = [];
  let isTable = false;
  let isList = false;
  for (const [index, line] of lines(text).entries()) {
    const location = `${file}:${index + 1}:1`;
    const code = line.replace(/(^|\s)#.*$/, "").trim();
    const table = isList ? undefined : /^\[+\s*([^\]]+?)\s*\]+$/.exec(code)?.[1];
    if (table !== undefined) {
      isTable = TABLES.test(table);
      continue;
    }
    const list: string | undefined = isList ? code : listIn(code, isTable);
    if (list === undefined) {
      const entry = isTable ? entryIn(code) : undefined;
      if (entry !== undefined) requirements.push({ location, text: normalized(entry) });
      continue;
    }
    requirements.push(...stringsIn(list).map((it) => ({ location, text: normalized(it) })));
    isList = !/\]\s*,?$/.test(list.replaceAll(STRING, ""));
  }
  return { requirements, references: [], isOpen: /^\s*dynamic\s*=.*dependencies/m.test(text) };
}

const STRING = /"([^"]*)"|'([^']*)'/g;

function stringsIn(code: string): string[] {
  return [...code.matchAll(STRING)].map(([, double, single]) => double ?? single ?? "");
}

/** What stands behind `dependencies = `, or behind any key of a table of groups. */
function listIn(code: string, isTable: boolean): string | undefined {
  const [, key = "", list] = /^"?([\w.-]+)"?\s*=\s*(\[.*)$/.exec(code) ?? [];
  return isTable || key.endsWith("dependencies") ? list : undefined;
}

/** `dash = "^4"`, `dash = { version = "^4", extras = ["diskcache"] }`. */
function entryIn(code: string): string | undefined {
  const [, key, value = ""] = /^"?([\w.-]+)"?\s*=\s*(.*)$/.exec(code) ?? [];
  const [, extras] = /extras\s*=\s*\[([^\]]*)\]/.exec(value) ?? [];
  const inBrackets = extras === undefined ? "" : `[${stringsIn(extras).join(",")}]`;
  return key === undefined ? undefined : `${key}${inBrackets}`;
}

/** Tables whose keys are packages, or groups of packages. */
const TABLES = /(?:^|\.)(?:[\w-]*dependencies|packages|dev-packages|dependency-groups)$/;

/** `  - dash=4.1`, `  - conda-forge::dash`, and what stands below `pip:`. */
function condaIn(file: string, text: string): Packages {
  const requirements = lines(text).flatMap((line, index) => {
    const [, written] = /^\s+-\s+"?'?(?:[\w-]+::)?([A-Za-z][^"'#]*)/.exec(line) ?? [];
    if (written === undefined || written.trim() === "pip:") return [];
    return [{ location: `${file}:${index + 1}:1`, text: normalized(written) }];
  });
  return { requirements, references: [], isOpen: false };
}

/** `name = "dash"` of a lock file, which has what packages need themselves, too. */
function lockedIn(file: string, text: string): Packages {
  const requirements = lines(text).flatMap((line, index) => {
    const [, name] = /^name = "([^"]+)"/.exec(line) ?? [];
    return name === undefined
      ? []
      : [{ location: `${file}:${index + 1}:1`, text: normalized(name) }];
  });
  return { requirements, references: [], isOpen: false };
}
