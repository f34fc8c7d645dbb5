import type { Call, Variables } from "./call.ts";
import { callsIn } from "./call.ts";
import { expanded } from "./expand.ts";
import type { Occurrence, Option } from "./option.ts";
import { lastGiven, occurrences, wholeNumber } from "./option.ts";
import type { NumberSetting, Server } from "./server-row.ts";
import { SERVERS } from "./servers.ts";
import type { Word } from "./shell-token.ts";
import type { SaidInCode } from "./script-code.ts";
import { parseShell } from "./shell.ts";

/**
 * The settings that a server gets by its command line or its environment; undefined where that
 * cannot be known here.
 */
export interface ServerSettings {
  /** Worker processes in one replica. */
  readonly workers: number | undefined;
  /** Requests that one worker serves at once. */
  readonly threads: number | undefined;
  /** Whether an open response holds neither a worker nor a thread; false where unknown. */
  readonly asynchronous: boolean;
  /** Seconds that requests get to finish after SIGTERM. */
  readonly gracefulTimeout: number | undefined;
  /** Seconds after which a request is ended; 0: never. */
  readonly requestTimeout: number | undefined;
}

/** What a server reads beside its command line. */
export interface ServerSurroundings {
  readonly variables: Variables;
  /**
   * Whether the stack says the port.
   * @default false
   */
  readonly isPortSaid?: boolean;
  /** Whether there is a configuration file where gunicorn looks for one unasked. */
  readonly hasFile: boolean;
  /** What a Python script would serve the app with; undefined where that is not known. */
  readonly ownServer?: Server | undefined;
  /** Where the code of that script has it listen; undefined where the code is not here. */
  readonly inCode?: SaidInCode | undefined;
}

/** Settings of a server that the stack may give. */
export interface ServerFlags {
  readonly workers?: number | undefined;
  readonly threads?: number | undefined;
}

/** A server as a line starts it. */
export interface ServerCall {
  readonly server: Server;
  readonly call: Call;
  /** Its arguments, behind program and subcommand. */
  readonly words: readonly Word[];
}

/**
 * The first server that a line runs; undefined where it runs none that is known.
 *
 * @param own what the last Python script of the line serves with, where it runs no server by name
 */
export function serverIn(line: string, own?: Server): ServerCall | undefined {
  const calls = callsIn(line);
  const found = calls.flatMap((call) =>
    SERVERS.flatMap((server): ServerCall[] => {
      const words = argumentsOf(call, server);
      return words ? [{ server, call, words }] : [];
    }),
  );
  const app = found.find(({ server }) => server.isProxy !== true);
  if (app) return app;
  const script = own && calls.findLast(isScript);
  return script ? { server: own, call: script, words: script.words.slice(1) } : found[0];
}

function argumentsOf(call: Call, server: Server): readonly Word[] | undefined {
  const [program, subcommand] = server.command;
  const [, ...words] = call.words;
  if (call.program !== program) return undefined;
  if (subcommand === undefined) return words;
  const at = words.findIndex(({ literal }) => literal === subcommand);
  // Before a subcommand stand only options, each of which may have a value.
  const isPlain = ({ literal = "" }: Word, index: number) =>
    !literal.startsWith("-") && !(words[index - 1]?.literal ?? "").startsWith("-");
  return at < 0 || words.slice(0, at).some(isPlain) ? undefined : words.slice(at + 1);
}

/** Modules that are no app. */
const TOOLS = /^(pip|venv|http\.server|compileall|ensurepip|playwright|spacy|nltk(\.\w+)*)$/;

/** `python -u app.py`, `python -m app`: neither a text nor what something else is known for. */
function isScript({ program, words, isPython }: Call): boolean {
  const isKnown = SERVERS.some(({ command }) => command[0] === program) || program === "celery";
  if (!isPython || isKnown || TOOLS.test(program)) return false;
  if (!/^python[\d.]*$/.test(program)) return true;
  const at = words.findIndex(
    ({ literal }, index) => index > 0 && literal?.startsWith("-") === false,
  );
  const isText = /^-\w*c$/.test(words[at - 1]?.literal ?? "");
  return !isText && words[at]?.literal?.endsWith(".py") === true;
}

/** The file of the last Python script that a line runs, as a path from where it runs. */
export function scriptOf(line: string): string | undefined {
  const script = callsIn(line).findLast(isScript);
  if (!script) return undefined;
  const { words, program } = script;
  const named = words.find(({ literal }) => literal?.endsWith(".py"))?.literal;
  return named ?? `${program.replaceAll(".", "/")}.py`;
}

/** How the server of a line runs: undefined where the line runs none that is known. */
export function serverSettings(
  line: string,
  around: ServerSurroundings,
): ServerSettings | undefined {
  const found = serverIn(line, around.ownServer);
  if (!found) return undefined;
  const { server } = found;
  const read = readerOf(found, around);
  const number = (setting: NumberSetting) => read.number(setting);
  const { workers, threads, gracefulTimeout, requestTimeout, asynchronous = false } = server;
  const own = {
    workers: isPerCpu(found) ? undefined : atLeastOne(number(workers)),
    gracefulTimeout: number(gracefulTimeout),
    asynchronous,
  };
  if (!server.workerClass)
    return { ...own, threads: number(threads), requestTimeout: number(requestTimeout) };
  const given = lastGiven(read.words, server.workerClass);
  const workerClass = given ? given.value : read.isHidden ? undefined : "sync";
  const isByThreads = workerClass === "sync" || workerClass === "gthread";
  const atOnce = number(isByThreads ? threads : { ...threads, fallback: undefined });
  const isEnded = workerClass === "sync" && atOnce === 1;
  return {
    ...own,
    threads: atOnce,
    // Each of gunicorn's other classes runs an event loop or green threads.
    asynchronous: workerClass !== undefined && !isByThreads,
    requestTimeout: isEnded ? number(requestTimeout) : 0,
  };
}

/** With none at all, puma serves by itself. */
function atLeastOne(workers: number | undefined): number | undefined {
  return workers === 0 ? 1 : workers;
}

/** Whether a line asks for as many workers as the node has CPUs. */
export function isPerCpu({ server, words }: Pick<ServerCall, "server" | "words">): boolean {
  return server.perCpu?.test(words.map(({ raw }) => raw).join(" ")) === true;
}

/** Whether the workers share what the app has loaded before they began. */
export function isPreloaded(line: string): boolean {
  const { server, words = [] } = serverIn(line) ?? {};
  return words.some(({ literal = "" }) => server?.preload?.test(literal) === true);
}

/** Reads settings of a server from its arguments and its environment. */
export interface Reader {
  /** Of the environment, then of the line. */
  readonly words: readonly Word[];
  /** Whether a file may say what nothing else does. */
  readonly isHidden: boolean;
  readonly number: (setting: NumberSetting) => number | undefined;
  /** What an occurrence of an option says; undefined where only the shell knows. */
  readonly text: (occurrence: Occurrence) => string | undefined;
  /** Names of the variables of an option, and which of them are set. */
  readonly variable: (setting: {
    readonly option?: Option;
    readonly variables?: readonly string[];
  }) => { readonly names: readonly string[]; readonly set: string | undefined };
  readonly variables: Variables;
}

/** A flag beats a variable, which beats what the server does by itself. */
export function readerOf({ server, call, words }: ServerCall, around: ServerSurroundings): Reader {
  const variables = { ...around.variables, ...call.variables };
  const { argumentsVariable, file, fileArgument, hasOwnFile = false } = server;
  const isSet = argumentsVariable !== undefined && Object.hasOwn(variables, argumentsVariable);
  const text = isSet ? variables[argumentsVariable] : "";
  const inEnvironment = parseShell(text ?? "").commands.flatMap((it) => it.words);
  const all = [...inEnvironment, ...words];
  const hasFile =
    hasOwnFile ||
    (around.hasFile && argumentsVariable !== undefined) ||
    (file !== undefined && lastGiven(all, file) !== undefined) ||
    (fileArgument !== undefined && all.some(({ literal = "" }) => fileArgument.test(literal)));
  const isHidden = hasFile || text === undefined;
  const textOf = ({ raw, value }: Occurrence) => value ?? expanded(raw, around.variables);
  const variable: Reader["variable"] = ({ option, variables: others = [] }) => {
    const names = [...(option ? prefixed(server, option) : []), ...others];
    return { names, set: names.find((name) => Object.hasOwn(variables, name)) };
  };
  const number: Reader["number"] = (setting) => {
    const given = setting.option && lastGiven(all, setting.option);
    if (given) return wholeNumber(setting.isRange ? lastOf(textOf(given)) : textOf(given));
    const { set } = variable(setting);
    if (isHidden && (set === undefined || !hasOwnFile)) return undefined;
    return set === undefined ? setting.fallback : wholeNumber(variables[set]);
  };
  return { words: all, isHidden, number, text: textOf, variable, variables };
}

/** `16` in `0:16`. */
function lastOf(range: string | undefined): string | undefined {
  return range?.split(":").at(-1);
}

function prefixed({ prefix }: Server, { long, aliases = [] }: Option): string[] {
  if (prefix === undefined) return [];
  return [long, ...aliases].map(
    (name) => `${prefix}${name.slice(2).toUpperCase().replaceAll(/[-.]/g, "_")}`,
  );
}

/** What of the settings the server of a line has no option for. */
export function withoutOption(line: string, flags: ServerFlags): ("workers" | "threads")[] {
  const server = serverIn(line)?.server;
  return (["workers", "threads"] as const).filter(
    (name) => flags[name] !== undefined && server?.[name].option === undefined,
  );
}

/**
 * The line with the server's flags rewritten where they stand, or added behind its other arguments.
 */
export function withServerFlags(line: string, flags: ServerFlags): string {
  return (["workers", "threads"] as const).reduce((text, name) => {
    const value = flags[name];
    const option = serverIn(line)?.server[name].option;
    return value === undefined || !option ? text : withFlag(text, option, value);
  }, line);
}

function withFlag(line: string, option: Option, value: number): string {
  const found = serverIn(line);
  const words = found?.words ?? [];
  const flag = `${option.long} ${value}`;
  const given = occurrences(words, option);
  if (given.length > 0) {
    return given.reduceRight(
      (text, { from, to }) => `${text.slice(0, from)}${flag}${text.slice(to)}`,
      line,
    );
  }
  // What stands behind a lone `--` is not a flag.
  const last = words.find((word) => word.literal === "--")?.start;
  const end =
    last === undefined
      ? ((words.at(-1) ?? found?.call.words.at(-1))?.end ?? line.length)
      : last - 1;
  return `${line.slice(0, end)} ${flag}${line.slice(end)}`;
}
