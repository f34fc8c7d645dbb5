import { constants } from "node:os";
import { Interrupted } from "./errors.ts";

const ENDING_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * What a shell expects of a process that a signal ended: 128 and the signal's number, 130 for
 * Ctrl-C.
 */
export function statusOfSignal(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

/**
 * Runs work that cleans up after itself when interrupted: a signal aborts it with {@link
 * Interrupted} and the process lives on until the work has settled.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  return withSignalHandlers(
    (signal) => controller.abort(new Interrupted(signal, statusOfSignal(signal))),
    () => work(controller.signal),
  );
}

/** Runs work during which `handle` gets the signals that would otherwise end this process. */
export async function withSignalHandlers<T>(
  handle: (signal: NodeJS.Signals) => void,
  work: () => Promise<T>,
): Promise<T> {
  for (const signal of ENDING_SIGNALS) process.on(signal, handle);
  try {
    return await work();
  } finally {
    for (const signal of ENDING_SIGNALS) process.off(signal, handle);
  }
}
