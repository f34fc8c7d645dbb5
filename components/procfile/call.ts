import type { SimpleCommand } from "./shell.ts";
import type { Word } from "./shell-token.ts";
import { parseShell } from "./shell.ts";
import { FOLDER_OPTIONS, WRAPPERS } from "./wrappers.ts";

/** Environment variables by name; undefined: set, to a value that is not known here. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** A program that a line runs, without the programs that only run others. */
export interface Call {
  /** Its name without folders; "" where an expansion hides it. `python -m gunicorn` is gunicorn. */
  readonly program: string;
  /** From the program on, with offsets into the whole line. */
  readonly words: readonly Word[];
  /** What the line itself sets for it. */
  readonly variables: Variables;
  /** Whether something that is not known here runs the program, such as `bin/start-nginx`. */
  readonly isWrapped: boolean;
  /** The known programs that only run it, the outermost one first: `bundle`, `npx`. */
  readonly wrappers: readonly string[];
  /** Whether Python runs the program: a script, or a module by `python -m`. */
  readonly isPython: boolean;
  /** The files that the shell writes what the program says to: `> app.log`. */
  readonly outputs: readonly Word[];
  /** The folder that the line changes into before, as written; undefined where it stays. */
  readonly folder: string | undefined;
}

/** Programs that are looked for behind a wrapper that is not known here. */
const SOUGHT = new Set(
  (
    "gunicorn uvicorn hypercorn daphne granian uwsgi pyuwsgi fastapi waitress-serve flask sanic streamlit bokeh panel " +
    "chainlit voila celery manage.py puma sidekiq"
  ).split(" "),
);
/** Modules and programs that are others by another name. */
const ALIASES = new Map([
  ["gunicorn.app.wsgiapp", "gunicorn"],
  ["waitress", "waitress-serve"],
  ["pyuwsgi", "uwsgi"],
  ["streamlit.web.cli", "streamlit"],
  ["django", "manage.py"],
  ["django-admin", "manage.py"],
]);
/** Programs that take the name of another one as an argument and do not run it. */
const NAMES_OTHERS = new Set(
  (
    "pip pip3 pipx echo printf which type grep pkill pgrep killall kill test [ rm cp mv ln cat ls mkdir touch chown chmod " +
    "tail head sed awk find tee cd export set source . trap wait sleep apt apt-get apk dnf yum brew gem npm yarn pnpm " +
    "service systemctl supervisorctl docker rails rackup thin"
  ).split(" "),
);
/** What a manager of packages or of services does with the program that stands behind. */
const MANAGES =
  /^(un)?install$|^(add|remove|update|upgrade|start|stop|restart|reload|status|show)$/;
/** `&`, and none of `&&`, `>&`, `&>`. */
export const IN_BACKGROUND = /(?<![&>|])&(?![&>])/;
const SHELL = /^(ba|da|k|z|a)?sh$/;
const PYTHON = /^python[\d.]*$/;

/** The line that was read last: some fifty rules read the same one, one after the other. */
let last: { readonly line: string; readonly calls: readonly Call[] } | undefined;

/** The programs that a line runs, in order. */
export function callsIn(line: string): readonly Call[] {
  if (last?.line !== line) last = { line, calls: callsOf(parseShell(line).commands, 0) };
  return last.calls;
}

const MAX_DEPTH = 4;

function callsOf(commands: readonly SimpleCommand[], depth: number): Call[] {
  let folder: string | undefined;
  const earlier = new Map<string, undefined>();
  return commands.flatMap((command) => {
    const own = assignedIn(command.assignments);
    const found = unwrapped(command.words, { ...Object.fromEntries(earlier), ...own });
    const calls = withScript({ ...found, outputs: command.outputs }, depth).map((call) => ({
      ...call,
      folder: call.folder ?? folder,
    }));
    // Whether an earlier command runs, and what it changes, only the shell knows.
    for (const [name] of [...command.assignments, ...command.words].flatMap(assigned))
      earlier.set(name, undefined);
    if (found.program === "cd") folder = found.words[1]?.literal ?? folder;
    return calls;
  });
}

/**
 * A script in `sh -c '…'` is looked into, where it stands in the line as the inner shell reads it.
 */
function withScript(call: Call, depth: number): Call[] {
  const script = SHELL.test(call.program) ? scriptOf(call.words) : undefined;
  if (!script || depth >= MAX_DEPTH) return [call];
  const { commands } = parseShell(script.text);
  const moved = commands.map((command) => ({
    ...command,
    words: command.words.map((word) => moveBy(word, script.offset)),
    assignments: command.assignments.map((word) => moveBy(word, script.offset)),
    outputs: command.outputs.map((word) => moveBy(word, script.offset)),
  }));
  return callsOf(moved, depth + 1).map((inner) => ({
    ...inner,
    variables: { ...call.variables, ...inner.variables },
    outputs: [...call.outputs, ...inner.outputs],
  }));
}

function moveBy(word: Word, offset: number): Word {
  return { ...word, start: word.start + offset, end: word.end + offset };
}

/**
 * The script of a shell, with its offset; undefined where quotes within quotes make it another
 * text.
 */
function scriptOf(
  words: readonly Word[],
): { readonly text: string; readonly offset: number } | undefined {
  const flag = words.findIndex(({ raw }) => /^-[a-z]*c$/.test(raw));
  // An option such as `-o pipefail` may stand between.
  const script = flag < 0 ? undefined : words[flag + 1];
  if (!script) return undefined;
  const [, , text] = /^(["'])(.*)\1$/s.exec(script.raw) ?? [];
  if (text === undefined) return { text: script.raw, offset: script.start };
  const isOther = script.raw.startsWith('"') ? /["\\`]/.test(text) : text.includes("'");
  return isOther ? undefined : { text, offset: script.start + 1 };
}

/** What a command runs in the end. */
function unwrapped(words: readonly Word[], variables: Variables): Call {
  const own = WRAPPERS.has(baseName(words[0])) ? ownWords(words) : undefined;
  if (own !== undefined && own < words.length) {
    const skipped = words.slice(1, own);
    const inner = unwrapped(words.slice(own), { ...variables, ...assignedIn(skipped) });
    const wrappers = [baseName(words[0]), ...inner.wrappers];
    return { ...inner, wrappers, folder: inner.folder ?? folderIn(skipped) };
  }
  const isPython = PYTHON.test(baseName(words[0])) || baseName(words[0]).endsWith(".py");
  const module = PYTHON.test(baseName(words[0])) ? moduleOf(words) : undefined;
  const rest = module ?? behindUnknown(words);
  if (rest) {
    const inner = unwrapped(rest, variables);
    return {
      ...inner,
      isWrapped: inner.isWrapped || module === undefined,
      isPython: inner.isPython || isPython,
    };
  }
  const folder = folderIn(words);
  const program = programOf(words[0]);
  const nothing = { isWrapped: false, wrappers: [], outputs: [] };
  return { program, words, variables, isPython, folder, ...nothing };
}

/** The name that a program has in the tables here. */
function programOf(word: Word | undefined): string {
  const name = baseName(word);
  return ALIASES.get(name) ?? name;
}

/**
 * How many words belong to the wrapper itself; undefined where it runs nothing of what stands
 * behind.
 */
function ownWords(words: readonly Word[]): number | undefined {
  const { subcommand, valued = [], positional = 0 } = WRAPPERS.get(baseName(words[0])) ?? {};
  const dashes = words.findIndex(({ literal }) => literal === "--");
  const values = new Set(
    words.flatMap((word, at) => (valued.includes(textOf(word)) ? [at + 1] : [])),
  );
  // Words that are neither options, nor their values, nor assignments.
  const plain = [...words.keys()].filter((at) => {
    const word = words[at];
    return at > 0 && at !== dashes && word && !values.has(at) && isPlain(word);
  });
  const [first] = plain;
  const isRunning = !subcommand || (first !== undefined && subcommand.test(textOf(words[first])));
  const end = plain[positional + (subcommand ? 1 : 0)] ?? words.length;
  if (!isRunning) return undefined;
  return dashes > 0 && dashes < end ? dashes + 1 : end;
}

function textOf(word: Word | undefined): string {
  return word?.literal ?? word?.raw ?? "";
}

function isPlain(word: Word): boolean {
  return !textOf(word).startsWith("-") && !ASSIGNMENT.test(word.raw);
}

const ASSIGNMENT = /^([A-Za-z_]\w*)=/;

/** Python's options with a value. */
const PYTHON_VALUED = new Set(["-W", "-X", "--check-hash-based-pycs"]);

/** What `python -m gunicorn` or `python /venv/bin/gunicorn` runs, from there on. */
function moduleOf(words: readonly Word[]): readonly Word[] | undefined {
  let at = 1;
  for (let word = words[at]; word; word = words[at]) {
    const text = word.literal ?? "";
    if (/^-[A-Za-z]*m$/.test(text)) return words.slice(at + 1);
    if (text === "-c" || text === "-") return undefined;
    if (!text.startsWith("-")) return SOUGHT.has(programOf(word)) ? words.slice(at) : undefined;
    at += PYTHON_VALUED.has(text) ? 2 : 1;
  }
  return undefined;
}

/**
 * What a program that is not known here runs: `bin/start-pgbouncer newrelic-admin run-program
 * gunicorn …`, `./wait-for db:5432 -- gunicorn …`, `librato-launch gunicorn …`. A script of the app,
 * or what stands behind `--`, runs anything; of another program only a whole command is believed.
 */
function behindUnknown(words: readonly Word[]): readonly Word[] | undefined {
  const index = commandBehind(words);
  if (index === undefined) return undefined;
  const inner = words.slice(index);
  const { program, isPython } = unwrapped(inner, {});
  return SOUGHT.has(program) || isPython ? inner : undefined;
}

/** Where a command begins that a program which is not known here may run. */
function commandBehind(words: readonly Word[]): number | undefined {
  const first = baseName(words[0]);
  if (first === "" || NAMES_OTHERS.has(first) || isKnown(words[0])) return undefined;
  const dashes = words.findIndex(({ literal }) => literal === "--");
  const isSure = isScript(words[0]) || dashes > 0;
  const from = isScript(words[0]) ? 1 : Math.max(dashes, 0) + 1;
  const begins = (word: Word) => isKnown(word) || (isSure && PYTHON.test(baseName(word)));
  const index = words.findIndex((word, at) => at >= from && begins(word));
  // `bin/start-nginx bash ./production.sh gunicorn`: what a script does with a name, nobody knows.
  const isArgument = words.slice(from, index).some((word) => SHELL.test(baseName(word)));
  if (index < 0 || isArgument) return undefined;
  return isSure || isCommand(words, index) ? index : undefined;
}

/** Whether a word begins a command: it is no path, is given something, and nobody manages it. */
function isCommand(words: readonly Word[], index: number): boolean {
  const isManaged = words.slice(0, index).some(({ literal = "" }) => MANAGES.test(literal));
  const isScripted = PYTHON.test(baseName(words[0])) || SHELL.test(baseName(words[0]));
  return (
    !isManaged &&
    !isScripted &&
    index + 1 < words.length &&
    words[index]?.literal?.includes("/") === false
  );
}

function isKnown(word: Word | undefined): boolean {
  return SOUGHT.has(programOf(word)) || WRAPPERS.has(baseName(word));
}

function isScript(word: Word | undefined): boolean {
  const name = baseName(word);
  return /\/|\.sh$/.test(word?.literal ?? "") && !PYTHON.test(name) && !SHELL.test(name);
}

function folderIn(words: readonly Word[]): string | undefined {
  const at = words.findIndex(({ literal = "" }) => FOLDER_OPTIONS.includes(literal));
  return at < 0 ? undefined : words[at + 1]?.literal;
}

function assignedIn(words: readonly Word[]): Variables {
  return Object.fromEntries(words.flatMap(assigned));
}

/** Name and value in `A=b`, for a shell or for `env`. */
function assigned({ raw, literal }: Word): [string, string | undefined][] {
  const [, name] = ASSIGNMENT.exec(raw) ?? [];
  return name === undefined ? [] : [[name, literal?.slice(name.length + 1)]];
}

/** A word's last part, as of a path; "" where an expansion hides it. */
function baseName(word: Word | undefined): string {
  return word?.literal?.split("/").at(-1) ?? "";
}

/** A call as text, by the name of its program. */
export function callText({ program, words }: Call): string {
  return [program, ...words.slice(1).map(({ raw }) => raw)].join(" ");
}
