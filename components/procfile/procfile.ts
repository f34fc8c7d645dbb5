import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";
import { MAX_TEXT_LENGTH } from "../config/value.ts";
import type { Problem, Warning } from "../config/errors.ts";
import { messageOf, preview } from "../config/errors.ts";

/** One line of a Procfile: a process type and the command that it runs. */
export interface ProcfileEntry {
  /** Process type as a DNS label: `my_Worker` in the file is `my-worker` here. */
  readonly type: string;
  /** The name as written. */
  readonly name: string;
  /** The command as written, without surrounding white space. No variable is expanded. */
  readonly command: string;
  /** Where the line is: `Procfile:3:1`. */
  readonly location: string;
  /** Where the command begins: `Procfile:3:6`. */
  readonly commandLocation: string;
}

/** What was read from a Procfile, with everything that is wrong or doubtful in it. */
export interface Procfile {
  /** In the order of the file. */
  readonly entries: readonly ProcfileEntry[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
}

/** A Procfile as a file to read, or as text together with the name that messages give it. */
export type ProcfileSource = string | { readonly text: string; readonly file?: string };

/** Where an app's Procfile is by custom, and what messages call one that was given as text. */
export const DEFAULT_PROCFILE = "Procfile";
const MAX_LABEL_LENGTH = 63; // RFC 1123
const MAX_KIB = 1024;
/** Each of them is a Deployment. */
const MAX_TYPES = 1000;
const FORM = "a Procfile line is NAME: COMMAND, with a name of letters, digits, - and _";

/** Reads and parses a Procfile. A file that cannot be read is a problem, not an exception. */
export function readProcfile(source: ProcfileSource | undefined): Procfile {
  if (source === undefined) return { entries: [], problems: [], warnings: [] };
  if (typeof source !== "string") return parseProcfile(source.text, source.file);
  const file = source.split(/[\\/]/).at(-1) ?? source;
  try {
    return parseBytes(readFileSync(source), file);
  } catch (error) {
    const reason = messageOf(error);
    return {
      entries: [],
      warnings: [],
      problems: [
        {
          location: "dash-scale:app.procfile",
          message: `cannot be read: ${reason}; name the app's Procfile, relative to the project's root`,
        },
      ],
    };
  }
}

/** Bytes that are no UTF-8 would reach the shell as other ones. */
function parseBytes(bytes: Buffer, file: string): Procfile {
  const text = bytes.toString("utf8");
  if (isUtf8(bytes)) return parseProcfile(text, file);
  const [before = ""] = text.split("\uFFFD");
  const lines = before.split("\n");
  const location = `${file}:${lines.length}:${(lines.at(-1) ?? "").length + 1}`;
  const message = "is not UTF-8 from here on; save the file as UTF-8";
  return { entries: [], problems: [{ location, message }], warnings: [] };
}

/**
 * Parses a Procfile: `NAME: COMMAND` per line, blank lines and `#` lines skipped.
 *
 * The grammar is Foreman's (`^([A-Za-z0-9_-]+):\s*(.+)$`), but a line that does not fit is a
 * problem here, where Foreman leaves it out in silence.
 *
 * @param text content of the file
 * @param file name used in places; `Procfile` by default
 */
export function parseProcfile(text: string, file = DEFAULT_PROCFILE): Procfile {
  const problems: Problem[] = [];
  const warnings: Warning[] = [];
  const entries: ProcfileEntry[] = [];
  const locations = new Map<string, string>();
  const kibibytes = Math.ceil(Buffer.byteLength(text) / 1024);
  if (kibibytes > MAX_KIB) {
    const message = `got a file of ${kibibytes} KiB; expected at most ${MAX_KIB} KiB`;
    return { entries, problems: [{ location: `${file}:1:1`, message }], warnings };
  }
  if (text.startsWith("\uFEFF")) {
    warnings.push({ location: `${file}:1:1`, message: "the byte-order mark is left out" });
  }
  for (const [index, line] of text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const mistake = mistakeInLine(line);
    const at = (column: number) => `${file}:${index + 1}:${column}`;
    if (mistake) {
      problems.push({ location: at(mistake.column), message: mistake.message });
      continue;
    }
    const entry = entryOf(line, at);
    const { name } = entry;
    const earlier = locations.get(entry.type);
    if (earlier !== undefined) {
      problems.push({ location: entry.location, message: twice(name, entry.type, earlier) });
      continue;
    }
    if (name !== entry.type) {
      const message = `"${name}" runs as process type "${entry.type}": Kubernetes names have lower-case letters, digits and -`;
      warnings.push({ location: entry.location, message });
    }
    locations.set(entry.type, entry.location);
    entries.push(entry);
  }
  const tooMany = entries[MAX_TYPES];
  if (tooMany) {
    const message = `got ${entries.length} process types; expected at most ${MAX_TYPES}`;
    problems.push({ location: tooMany.location, message });
    entries.length = MAX_TYPES;
  }
  if (entries.length === 0 && problems.length === 0) {
    problems.push({ location: `${file}:1:1`, message: `names no process type; ${FORM}` });
  }
  return { entries, problems, warnings };
}

function entryOf(line: string, at: (column: number) => string): ProcfileEntry {
  const colon = line.indexOf(":");
  const rest = line.slice(colon + 1);
  const indent = rest.length - rest.trimStart().length;
  const name = line.slice(0, colon);
  return {
    type: processType(name),
    name,
    command: rest.trim(),
    location: at(1),
    commandLocation: at(colon + indent + 2),
  };
}

/** The DNS label that a Procfile's name becomes. */
export function processType(name: string): string {
  return name.toLowerCase().replaceAll("_", "-");
}

function twice(name: string, type: string, earlier: string): string {
  const same = name === type ? "" : ` (as "${type}")`;
  return `"${name}"${same} is defined already, at ${earlier}; give each process type a name of its own`;
}

interface LineMistake {
  readonly column: number;
  readonly message: string;
}

/**
 * What keeps a line from being `NAME: COMMAND`, with the column of the first character that does
 * not fit.
 */
function mistakeInLine(line: string): LineMistake | undefined {
  return slipInName(line) ?? slipInCommand(line);
}

function slipInName(line: string): LineMistake | undefined {
  const name = /^[A-Za-z0-9_-]*/.exec(line)?.[0] ?? "";
  const column = name.length + 1;
  const next = line.charAt(name.length);
  if (/^\s/.test(line)) {
    return {
      column: 1,
      message: `begins with white space; ${FORM}, and one line per process type`,
    };
  }
  if (next === ":" && name.length > 0) return slipInLabel(name);
  if (/^\s+:/.test(line.slice(name.length)) && name.length > 0) {
    return { column, message: `white space before the colon; write "${name}:"` };
  }
  if (/^(<{7}|={7}|>{7}|\|{7})/.test(line)) {
    return { column: 1, message: "is left over from a merge conflict; resolve it" };
  }
  if (next === "" || /\s/.test(next)) {
    return { column, message: `no colon after ${preview(name)}; ${FORM}` };
  }
  return { column, message: `found ${preview(next)}; ${FORM}` };
}

function slipInLabel(name: string): LineMistake | undefined {
  if (/^[-_]|[-_]$/.test(name)) {
    const message = `"${name}" begins or ends with - or _; a Kubernetes name begins and ends with a letter or digit`;
    return { column: 1, message };
  }
  if (name.length > MAX_LABEL_LENGTH) {
    const message = `got a name of ${name.length} characters; expected at most ${MAX_LABEL_LENGTH}, as Kubernetes allows`;
    return { column: 1, message };
  }
  return undefined;
}

function slipInCommand(line: string): LineMistake | undefined {
  const command = line.slice(line.indexOf(":") + 1).trimEnd();
  const start = line.indexOf(":") + 2;
  if (command.trim() === "") {
    return { column: start, message: "no command; write what the process runs after the colon" };
  }
  const bytes = Buffer.byteLength(command.trim());
  if (bytes > MAX_TEXT_LENGTH) {
    const message = `got a command of ${bytes} bytes; expected at most ${MAX_TEXT_LENGTH}: put it into a script`;
    return { column: start, message };
  }
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  const control = /[\u0000-\u0008\u000A-\u001F\u007F]/.exec(command);
  if (control) {
    return { column: start + control.index, message: `control character ${preview(control[0])}` };
  }
  if (endsInBackslash(command)) {
    const column = start + command.length - 1;
    return { column, message: "a Procfile line cannot go on in the next one; put it on one line" };
  }
  return undefined;
}

/**
 * Whether the last character escapes the end of the line: the last one of an odd number of
 * backslashes.
 */
function endsInBackslash(command: string): boolean {
  let at = command.length;
  while (command.charAt(at - 1) === "\\") at -= 1;
  return (command.length - at) % 2 === 1;
}
