import type { LineFinding } from "./line-finding.ts";
import { lastGiven } from "./option.ts";
import { serverIn } from "./server.ts";

/** Longer than any request of people; a node waits as long to be drained. */
const LONG_SECONDS = 3600;

/**
 * What a server's own patience at SIGTERM and the grace period of its replica make of each other.
 *
 * @param graceful seconds that the server gives its requests
 * @param gracePeriod what the stack says
 * @param key the key of the grace period
 */
export function graceWarnings(
  line: string,
  {
    graceful,
    gracePeriod,
    key,
  }: {
    readonly graceful: number | undefined;
    readonly gracePeriod: number | undefined;
    readonly key: string;
  },
): LineFinding[] {
  const found = serverIn(line);
  const { option, fallback } = found?.server.gracefulTimeout ?? {};
  // What nobody asked for is no contradiction.
  if (!found || !option || graceful === undefined || graceful === fallback) return [];
  const offset = lastGiven(found.words, option)?.from ?? found.call.words[0]?.start ?? 0;
  const { name } = found.server;
  if (gracePeriod !== undefined && gracePeriod < graceful) {
    const message = `${name} lets requests finish for ${graceful} s after SIGTERM, and is killed after ${gracePeriod} s (${key}); make both the same, as long as the longest request`;
    return [{ offset, message }];
  }
  if (gracePeriod !== undefined || graceful <= LONG_SECONDS) return [];
  const message = `one request that hangs keeps a replica, and the drain of its node, for ${graceful} s; write the length of the longest request, or set ${key}`;
  return [{ offset, message }];
}
