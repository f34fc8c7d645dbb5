import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Procfile, ProcfileSource } from "./procfile.ts";
import { readProcfile } from "./procfile.ts";

/** A Python package that an app needs. */
export interface Requirement {
  /** `requirements.txt:3:1`. */
  readonly place: string;
  /** As written, in lower case with dashes: `dash[diskcache]==4.1`. */
  readonly text: string;
}

/** What is read of an app. */
export interface AppFiles {
  readonly procfile: Procfile;
  /** Undefined where there is no file requirements.txt beside the Procfile. */
  readonly requirements: readonly Requirement[] | undefined;
  /** Whether there is a file gunicorn.conf.py beside the Procfile, which gunicorn reads unasked. */
  readonly hasGunicornFile: boolean;
}

const REQUIREMENTS = "requirements.txt";
/** https://docs.gunicorn.org/en/stable/settings.html#config */
const GUNICORN_FILE = "gunicorn.conf.py";

/** Reads an app's Procfile, and what lies beside it. */
export function readApp(source: ProcfileSource | undefined): AppFiles {
  const folder = typeof source === "string" ? dirname(source) : undefined;
  return {
    procfile: readProcfile(source),
    requirements: folder === undefined ? undefined : readRequirements(folder),
    hasGunicornFile: folder !== undefined && isFile(join(folder, GUNICORN_FILE)),
  };
}

/** Dash itself, or a line that leads to requirements elsewhere: another file, or a project. */
const DASH_OR_ELSEWHERE = /^(dash\b(?!-)|-r|--requirement|-e|--editable|\.)/;

/** Whether an app is known not to be one of Dash: its requirements are there, in full, and do not name it. */
export function isOtherThanDash({ requirements }: AppFiles): boolean {
  return (
    requirements !== undefined && !requirements.some(({ text }) => DASH_OR_ELSEWHERE.test(text))
  );
}

function readRequirements(folder: string): Requirement[] | undefined {
  return textOf(join(folder, REQUIREMENTS))
    ?.split(/\r?\n/)
    .map((line, index) => ({
      place: `${REQUIREMENTS}:${index + 1}:1`,
      // Names are the same in any case, and with any of - _ . (PEP 503).
      text: line
        .trim()
        .toLowerCase()
        .replace(/^\w[\w.-]*/, (name) => name.replaceAll(/[-_.]+/g, "-")),
    }))
    .filter(({ text }) => text !== "" && !text.startsWith("#"));
}

/** What is in the file helps, and is not needed: one that cannot be read is as good as none. */
function textOf(file: string): string | undefined {
  try {
    // Of anything else, like a pipe, the end may never come.
    return isFile(file) ? readFileSync(file, "utf8") : undefined;
  } catch {
    return undefined;
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
