import type { SimpleCommand, Word } from "./shell.ts";
import { parseShell } from "./shell.ts";

/** What gunicorn is told on its command line or in its environment; undefined where that cannot be known here. */
export interface GunicornSettings {
  /** Worker processes in one replica. gunicorn's default: 1. */
  readonly workers: number | undefined;
  /** Requests that one worker serves at once. gunicorn's default: 1; with a worker class that is asynchronous it is unknown. */
  readonly threads: number | undefined;
  /** Seconds that requests get to finish after SIGTERM. gunicorn's default: 30. */
  readonly gracefulTimeout: number | undefined;
  /**
   * Seconds after which a worker is ended that is still at a request; 0: never. gunicorn's default: 30. Only a sync worker is
   * held to it: those with threads, and asynchronous ones, report meanwhile that they live.
   */
  readonly requestTimeout: number | undefined;
}

/** Environment variables by name; undefined: set, to a value that is not known here. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** What gunicorn reads beside its command line. */
export interface GunicornSurroundings {
  readonly variables: Variables;
  /** Whether there is a configuration file where it looks for one unasked. */
  readonly hasFile: boolean;
}

/** gunicorn's flags that the stack may set. */
export interface GunicornFlags {
  readonly workers?: number | undefined;
  readonly threads?: number | undefined;
}

interface Option {
  readonly long: string;
  /** The least of it that begins no other one: Python's argparse takes that for the whole. */
  readonly least: string;
  readonly short?: string;
}

/** https://docs.gunicorn.org/en/stable/settings.html, https://docs.python.org/3/library/argparse.html#allow-abbrev */
const OPTIONS = {
  workers: { long: "--workers", least: "--workers", short: "-w" },
  threads: { long: "--threads", least: "--th" },
  gracefulTimeout: { long: "--graceful-timeout", least: "--gra" },
  timeout: { long: "--timeout", least: "--ti", short: "-t" },
  workerClass: { long: "--worker-class", least: "--worker-cl", short: "-k" },
  config: { long: "--config", least: "--co", short: "-c" },
} as const satisfies Record<string, Option>;

// Programs that run the command behind them.
const WRAPPERS =
  /^(?:exec|env|nice|nohup|time|stdbuf|dumb-init|tini|catatonit|chamber|doppler|dotenv|ddtrace-run|opentelemetry-instrument|newrelic-admin|poetry|pipenv|pdm|hatch|rye|uv|python[\d.]*)$/;

/** Whether a Procfile line runs gunicorn. */
export function runsGunicorn(line: string): boolean {
  return gunicornCall(line) !== undefined;
}

/**
 * How gunicorn runs: a flag on the command line beats `GUNICORN_CMD_ARGS`, which beats a configuration file, which beats
 * `WEB_CONCURRENCY` (for workers). The file is in the image: where there is one, what it may say is not known here.
 *
 * @returns undefined where the line does not run gunicorn
 */
export function gunicornSettings(
  line: string,
  around: GunicornSurroundings,
): GunicornSettings | undefined {
  const call = gunicornCall(line);
  if (!call) return undefined;
  const variables = { ...around.variables, ...call.variables };
  const inEnvironment = valueOf(variables, "GUNICORN_CMD_ARGS", "");
  const moreWords = parseShell(inEnvironment ?? "").commands.flatMap((it) => it.words);
  const words = [...moreWords, ...call.words];
  const hasFile = around.hasFile || lastGiven(words, OPTIONS.config) !== undefined;
  const isHidden = hasFile || inEnvironment === undefined;
  const number = (option: Option, fallback: number | undefined) =>
    numberGiven(words, option, isHidden ? undefined : fallback);
  const workerClass = lastGiven(words, OPTIONS.workerClass) ?? {
    value: isHidden ? undefined : "sync",
  };
  const isByThreads = workerClass.value === "sync" || workerClass.value === "gthread";
  const threads = number(OPTIONS.threads, isByThreads ? 1 : undefined);
  return {
    workers: number(OPTIONS.workers, wholeNumber(valueOf(variables, "WEB_CONCURRENCY", "1"))),
    threads,
    gracefulTimeout: number(OPTIONS.gracefulTimeout, 30),
    requestTimeout: workerClass.value === "sync" && threads === 1 ? number(OPTIONS.timeout, 30) : 0,
  };
}

function valueOf(variables: Variables, name: string, fallback: string): string | undefined {
  return Object.hasOwn(variables, name) ? variables[name] : fallback;
}

/** The line with gunicorn's flags rewritten where they stand, or added behind gunicorn's other arguments. */
export function withGunicornFlags(line: string, flags: GunicornFlags): string {
  return (["workers", "threads"] as const).reduce((text, name) => {
    const value = flags[name];
    return value === undefined ? text : withFlag(text, OPTIONS[name], value);
  }, line);
}

function withFlag(line: string, option: Option, value: number): string {
  const words = gunicornCall(line)?.words ?? [];
  const given = occurrences(words, option);
  if (given.length > 0) {
    return given.reduceRight(
      (text, { from, to }) => `${text.slice(0, from)}${option.long} ${value}${text.slice(to)}`,
      line,
    );
  }
  // What stands behind a lone `--` is no flag any more.
  const last = words.find((word) => word.literal === "--")?.start;
  const end = last === undefined ? (words.at(-1)?.end ?? line.length) : last - 1;
  return `${line.slice(0, end)} ${option.long} ${value}${line.slice(end)}`;
}

interface Occurrence {
  readonly from: number;
  readonly to: number;
  readonly value: string | undefined;
}

/** `--threads 4`, `--threads=4`, `--th 4`; `-w 4`, `-w4`. */
function occurrences(words: readonly Word[], option: Option): Occurrence[] {
  const found: Occurrence[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index];
    const joined = word && valueJoined(word.literal ?? word.raw, option);
    if (!word || joined === undefined) continue;
    // The value is the next word: whatever it looks like, it is no flag.
    if (joined === "") index += 1;
    const last = words[index] ?? word;
    found.push({ from: word.start, to: last.end, value: joined === "" ? last.literal : joined });
  }
  return found;
}

/** The value in `--workers=4` or `-w4`, "" where it is the next word, undefined for any other word. */
function valueJoined(text: string, { long, least, short }: Option): string | undefined {
  const [name = ""] = text.split("=", 1);
  if (name.startsWith(least) && long.startsWith(name)) return text.slice(name.length + 1);
  const isShort = short !== undefined && text.startsWith(short) && !text.startsWith("--");
  return isShort ? text.slice(short.length) : undefined;
}

function numberGiven(
  words: readonly Word[],
  option: Option,
  fallback: number | undefined,
): number | undefined {
  const last = lastGiven(words, option);
  return last ? wholeNumber(last.value) : fallback;
}

/** The last one counts, as in Python's argparse. */
function lastGiven(words: readonly Word[], option: Option): Occurrence | undefined {
  return occurrences(words, option).at(-1);
}

function wholeNumber(text = ""): number | undefined {
  return /^\d{1,6}$/.test(text) ? Number(text) : undefined;
}

/** The first command of a line that runs gunicorn. */
interface Call {
  /** From `gunicorn` on. */
  readonly words: readonly Word[];
  /** What the line itself sets. */
  readonly variables: Variables;
}

function gunicornCall(line: string): Call | undefined {
  const { commands } = parseShell(line);
  const index = commands.findIndex((command) => programIn(command) >= 0);
  const command = commands[index];
  if (!command) return undefined;
  const program = programIn(command);
  const own = [...command.assignments, ...command.words.slice(0, program)];
  const before = commands.slice(0, index).flatMap((it) => [...it.assignments, ...it.words]);
  return {
    words: command.words.slice(program),
    variables: {
      // Whether an earlier command runs, and what it changes, only the shell knows.
      ...Object.fromEntries(before.flatMap(assigned).map(([name]) => [name, undefined])),
      ...Object.fromEntries(own.flatMap(assigned)),
    },
  };
}

/** Where gunicorn stands in a command; -1 where that runs something else. */
function programIn({ words }: SimpleCommand): number {
  const program = words.findIndex((word) => baseName(word) === "gunicorn");
  const isRun = program === 0 || WRAPPERS.test(words[0] ? baseName(words[0]) : "");
  return isRun ? program : -1;
}

/** Name and value in `A=b`, for a shell or for `env`. */
function assigned({ raw, literal }: Word): [string, string | undefined][] {
  const [, name] = /^([A-Za-z_]\w*)=/.exec(raw) ?? [];
  return name === undefined ? [] : [[name, literal?.slice(name.length + 1)]];
}

function baseName(word: Word): string {
  return word.literal?.split("/").at(-1) ?? "";
}
