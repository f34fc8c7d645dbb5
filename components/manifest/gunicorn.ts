import type { SimpleCommand, Word } from "./shell.ts";
import { parseShell } from "./shell.ts";

/** What gunicorn is told on its command line or in its environment; undefined where that cannot be known here. */
export interface GunicornSettings {
  /** Worker processes in one replica. gunicorn's default: 1. */
  readonly workers: number | undefined;
  /** Threads in one worker. gunicorn's default: 1. */
  readonly threads: number | undefined;
  /** Seconds that requests get to finish after SIGTERM. gunicorn's default: 30. */
  readonly gracefulTimeout: number | undefined;
  /** Seconds after which a silent worker is ended, and its request with it; 0: never. gunicorn's default: 30. */
  readonly timeout: number | undefined;
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
} as const satisfies Record<string, Option>;

// Programs that run the command behind them.
const WRAPPERS =
  /^(?:exec|env|nice|nohup|time|stdbuf|dumb-init|tini|catatonit|chamber|doppler|dotenv|ddtrace-run|opentelemetry-instrument|newrelic-admin|poetry|pipenv|pdm|hatch|rye|uv|python[\d.]*)$/;

/** Whether a Procfile line runs gunicorn. */
export function runsGunicorn(line: string): boolean {
  return gunicornArguments(line) !== undefined;
}

/**
 * How gunicorn runs: a flag on the command line beats `GUNICORN_CMD_ARGS`, which beats `WEB_CONCURRENCY` (for workers).
 * What a configuration file of the app says cannot be seen here.
 *
 * @returns undefined where the line does not run gunicorn
 */
export function gunicornSettings(
  line: string,
  env: Readonly<Record<string, string>>,
): GunicornSettings | undefined {
  const onCommandLine = gunicornArguments(line);
  if (!onCommandLine) return undefined;
  const inEnvironment = parseShell(env["GUNICORN_CMD_ARGS"] ?? "").commands.flatMap(
    (it) => it.words,
  );
  const words = [...inEnvironment, ...onCommandLine];
  return {
    workers: numberGiven(words, OPTIONS.workers, wholeNumber(env["WEB_CONCURRENCY"] ?? "1")),
    threads: numberGiven(words, OPTIONS.threads, 1),
    gracefulTimeout: numberGiven(words, OPTIONS.gracefulTimeout, 30),
    timeout: numberGiven(words, OPTIONS.timeout, 30),
  };
}

/** The line with gunicorn's flags rewritten where they stand, or added behind gunicorn's other arguments. */
export function withGunicornFlags(line: string, flags: GunicornFlags): string {
  return (["workers", "threads"] as const).reduce((text, name) => {
    const value = flags[name];
    return value === undefined ? text : withFlag(text, OPTIONS[name], value);
  }, line);
}

function withFlag(line: string, option: Option, value: number): string {
  const words = gunicornArguments(line) ?? [];
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

/** The last one counts, as in Python's argparse. */
function numberGiven(
  words: readonly Word[],
  option: Option,
  fallback: number | undefined,
): number | undefined {
  const last = occurrences(words, option).at(-1);
  return last ? wholeNumber(last.value ?? "") : fallback;
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,6}$/.test(text) ? Number(text) : undefined;
}

/** The words from `gunicorn` on, in the first command of the line that runs it. */
function gunicornArguments(line: string): readonly Word[] | undefined {
  return parseShell(line)
    .commands.map(argumentsOf)
    .find((words) => words !== undefined);
}

function argumentsOf({ words }: SimpleCommand): readonly Word[] | undefined {
  const program = words.findIndex((word) => baseName(word) === "gunicorn");
  if (program < 0) return undefined;
  const wrapped = program === 0 || WRAPPERS.test(words[0] ? baseName(words[0]) : "");
  return wrapped ? words.slice(program) : undefined;
}

function baseName(word: Word): string {
  return word.literal?.split("/").at(-1) ?? "";
}
