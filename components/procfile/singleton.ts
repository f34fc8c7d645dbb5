import { parseShell } from "./shell.ts";
import type { ProcfileEntry } from "./procfile.ts";

const SINGLETON_TYPES = new Set(["beat", "scheduler", "clock"]);

/**
 * Whether two replicas of a process type would do everything twice: a scheduler by its name, or Celery's by its command.
 *
 * Source: Celery docs, "Periodic Tasks": "You have to ensure only a single scheduler is running for a schedule at a time,
 * otherwise you'd end up with duplicate tasks."
 */
export function mustBeSingleton({ type, command }: ProcfileEntry): boolean {
  return SINGLETON_TYPES.has(type) || runsCeleryBeat(command);
}

/** `celery -A app beat`, or a worker with the scheduler inside: `celery worker -B`. */
function runsCeleryBeat(line: string): boolean {
  return parseShell(line).commands.some(({ words }) => {
    const texts = words.map(({ literal }) => literal ?? "");
    const celery = texts.findIndex((text) => text.split("/").at(-1) === "celery");
    if (celery < 0) return false;
    const [command, ...rest] = fromCommand(texts.slice(celery + 1));
    return command === "beat" || rest.some((text) => text === "-B" || text === "--beat");
  });
}

/** Of Celery's own options, those without a value. */
const FLAGS = new Set(["-C", "--no-color", "-q", "--quiet", "--skip-checks"]);

/** Celery's words from its command on: an app or a queue may be called beat, too. */
function fromCommand(words: readonly string[]): readonly string[] {
  let at = 0;
  for (let word = words[at]; word?.startsWith("-"); word = words[at]) {
    // `--app=shop` and `-Ashop` have their value with them.
    at += FLAGS.has(word) || /^(--[^=]+=|-[^-].)/.test(word) ? 1 : 2;
  }
  return words.slice(at);
}
