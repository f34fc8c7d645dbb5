import { callsIn } from "./call.ts";
import type { Call } from "./call.ts";
import type { Option } from "./option.ts";
import { lastGiven } from "./option.ts";
import type { LineFinding } from "./line-finding.ts";
import type { Word } from "./shell-token.ts";
import { cannotWrite, isWritable } from "./writable.ts";

/** A command of Celery in a line. */
export interface CeleryCall {
  /** `worker`, `beat`, `flower`; "" where there is none, or it cannot be known. */
  readonly command: string;
  /** What stands behind the command. */
  readonly words: readonly Word[];
  /** As written: `-A shop`; "" where the line names none. */
  readonly app: string;
  /** Offset behind the last word. */
  readonly end: number;
  /**
   * Whether Django starts it (`manage.py celery …`), with options of Celery 3, which reads no
   * variables for them.
   */
  readonly isDjango: boolean;
}

/** The commands of Celery that a line runs. */
export function celeryCalls(line: string): CeleryCall[] {
  return callsIn(line).flatMap((call) => {
    const found = celeryCall(call);
    return found ? { ...found, app: lastGiven(call.words, APP)?.raw ?? "" } : [];
  });
}

const APP: Option = { long: "--app", short: "-A" };

/** `manage.py celerybeat` and `celeryd`, as they were called before Celery 3.1. */
const OLD = new Map([
  ["celerybeat", "beat"],
  ["celeryd", "worker"],
]);

function celeryCall({ program, words }: Call): Omit<CeleryCall, "app"> | undefined {
  const [, ...rest] = words;
  const isDjango = program === "manage.py";
  const name = isDjango ? (rest[0]?.literal ?? "") : program;
  const own = isDjango ? rest.slice(1) : rest;
  const end = words.at(-1)?.end ?? 0;
  const old = OLD.get(name);
  if (old !== undefined) return { command: old, words: own, end, isDjango };
  if (name !== "celery") return undefined;
  const [command, ...behind] = fromCommand(own);
  return { command: command?.literal ?? "", words: behind, end, isDjango };
}

/** Celery's options before its command, those without a value. */
const FLAGS = new Set(["-C", "--no-color", "-q", "--quiet", "--skip-checks"]);

/** Celery's words from its command on: an app or a queue may be called beat, too. */
function fromCommand(words: readonly Word[]): readonly Word[] {
  let at = 0;
  for (let text = textAt(words, at); text?.startsWith("-"); text = textAt(words, at)) {
    // `--app=shop` and `-Ashop` have their value with them.
    at += FLAGS.has(text) || /^(--[^=]+=|-[^-].)/.test(text) ? 1 : 2;
  }
  return words.slice(at);
}

function textAt(words: readonly Word[], at: number): string | undefined {
  const word = words[at];
  return word && (word.literal ?? word.raw);
}

/** `celery beat`, or a worker with the scheduler inside: `-B`, `-BE`, `-EBl info`, `--beat`. */
export function isScheduler({ command, words }: CeleryCall): boolean {
  if (command === "beat") return true;
  return (
    command === "worker" && words.some(({ literal = "" }) => /^(--beat$|-[ED]*B)/.test(literal))
  );
}

const SCHEDULE: Option = { long: "--schedule", aliases: ["--schedule-filename"], short: "-s" };
const SCHEDULER: Record<string, Option> = {
  beat: { long: "--scheduler", short: "-S" },
  // Its -S is another option.
  worker: { long: "--scheduler" },
};
/** The one that keeps its schedule in a file: every other one is somebody's choice not to. */
const IN_FILE = /^celery\.beat[.:]PersistentScheduler$/;
/**
 * Celery reads them, since click has a variable for each option: seen with 5.7.0. Celery 4 reads
 * none.
 */
const VARIABLES = new Map([
  ["beat", "CELERY_BEAT_SCHEDULE"],
  ["worker", "CELERY_WORKER_SCHEDULE_FILENAME"],
]);
const WRITABLE_SCHEDULE = "/tmp/celerybeat-schedule";

/** Variables that have a scheduler keep its schedule where it can write. */
export function scheduleVariables(line: string): Record<string, string> {
  const names = celeryCalls(line)
    .filter((call) => keepsFile(call) && !call.isDjango && !lastGiven(call.words, SCHEDULE))
    .flatMap(({ command }) => VARIABLES.get(command) ?? []);
  return Object.fromEntries(names.map((name) => [name, WRITABLE_SCHEDULE]));
}

function keepsFile(call: CeleryCall): boolean {
  const option = SCHEDULER[call.command];
  const scheduler = option && lastGiven(call.words, option);
  return isScheduler(call) && (!scheduler || IN_FILE.test(scheduler.value ?? ""));
}

/** Files that a line has Celery write where the container cannot. */
export function celeryWarnings(line: string, writable: readonly string[]): LineFinding[] {
  return celeryCalls(line).flatMap((call) => {
    const schedule = keepsFile(call) ? lastGiven(call.words, SCHEDULE) : undefined;
    const files = [
      ...(schedule ? [schedule] : []),
      ...[...FILES, ...(call.command === "worker" ? [STATE] : [])].flatMap(
        (option) => lastGiven(call.words, option) ?? [],
      ),
    ];
    const unwritable = files
      .filter(({ value }) => value !== undefined && !isWritable(value, writable))
      .map(({ from, value = "" }) => ({ offset: from, message: cannotWrite(value) }));
    const isLost = call.isDjango && keepsFile(call) && !schedule;
    return [
      ...unwritable,
      ...purgeWarnings(call),
      ...(isLost ? [{ offset: call.end, message: NO_SCHEDULE }] : []),
    ];
  });
}

function purgeWarnings({ command, words }: CeleryCall): LineFinding[] {
  if (command !== "worker") return [];
  return words
    .filter(({ literal = "" }) => /^--(purge|discard)$/.test(literal))
    .map(({ start }) => ({ offset: start, message: PURGES }));
}

/** A worker's -S; a scheduler's is `--scheduler`. */
const STATE: Option = { long: "--statedb", short: "-S" };
const FILES: readonly Option[] = [{ long: "--pidfile" }, { long: "--logfile", short: "-f" }];
const PURGES =
  "every replica deletes all waiting tasks when it starts: at each scale-up, rollout and restart; leave the option out";
const NO_SCHEDULE = `the schedule is kept in the working directory, which is read-only; add -s ${WRITABLE_SCHEDULE}`;
