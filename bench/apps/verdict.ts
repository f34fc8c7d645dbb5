import type { LoadResult } from "./client.ts";
import type { Ending } from "./endings.ts";

/** What was seen of an app. */
export interface Facts {
  /** Warnings and errors of its preview. */
  readonly said: readonly string[];
  /** Why it could not be deployed. */
  readonly failure: string | undefined;
  /** Seconds until it answered through its Service. */
  readonly readySeconds: number | undefined;
  /** Of the tasks that it was given, those that were not done: title, and what came instead. */
  readonly undone: readonly string[];
  /** While it was scaled from 1 to 3 replicas and back. */
  readonly load: LoadResult | undefined;
  readonly endings: readonly Ending[];
  /** Working set of one replica before the load. */
  readonly mebibytes: number | undefined;
}

/** What became of an app that was deployed by name, image and Procfile alone. */
export interface Verdict {
  readonly kind: "works" | "as said" | "fails";
  /** What did not work. */
  readonly why: readonly string[];
}

const READY_SECONDS = 120;
/** What a warning of a process that is ended by SIGKILL alone has in it. */
const OF_THE_END = /SIGTERM/;

/** What is killed cuts off what is being answered then. */
const CUT_OFF = /^(?:ECONNRESET|cut off)/;

/**
 * An app works, or what does not was said before anything was changed.
 *
 * @param cannot what had to be said of it where it cannot work at all
 */
export function verdict(facts: Facts, cannot?: RegExp): Verdict {
  const killed = facts.endings.filter(({ seconds, grace }) => seconds >= grace);
  const failed = failedOf(facts.load);
  const areCutOff = killed.length > 0 && failed.every(({ what }) => CUT_OFF.test(what));
  const lost = failed.map(({ what, times }) => `${times} requests failed (${what})`);
  const broken = [...brokenOf(facts), ...(areCutOff ? [] : lost)];
  const ends = [
    ...new Set(killed.map(({ component }) => `${component} is killed at its end`)),
    ...(areCutOff ? lost : []),
  ];
  const why = [...broken, ...ends];
  if (why.length === 0) return { kind: "works", why };
  const isSaid = (pattern: RegExp) => facts.said.some((text) => pattern.test(text));
  const wereSaid =
    (broken.length === 0 || (cannot !== undefined && isSaid(cannot))) &&
    (ends.length === 0 || isSaid(OF_THE_END));
  return { kind: wereSaid ? "as said" : "fails", why };
}

function failedOf(load: LoadResult | undefined): { what: string; times: number }[] {
  return Object.entries(load?.failures ?? {}).map(([what, times]) => ({ what, times }));
}

function brokenOf(facts: Facts): string[] {
  const { failure, undone, load, endings } = facts;
  return [
    ...(failure === undefined ? [] : ["does not start"]),
    ...slow(facts),
    ...undone.map((what) => `not done: ${what}`),
    ...(load !== undefined && endings.length === 0 ? ["no pod was seen to end"] : []),
  ];
}

function slow({ readySeconds, failure }: Facts): string[] {
  if (failure !== undefined) return [];
  if (readySeconds === undefined) return ["does not answer"];
  return readySeconds > READY_SECONDS ? [`ready after ${Math.round(readySeconds)} s`] : [];
}
