import type { LineFinding } from "./line-finding.ts";
import { lastGiven } from "./option.ts";
import { serverIn } from "./server.ts";

/** Longer than any request of people; a node waits as long to be drained. */
const LONG_SECONDS = 3600;

/** Seconds that a server gives its requests, and that its replica gets. */
interface Grace {
  readonly graceful: number | undefined;
  /** What the stack says. */
  readonly gracePeriod: number | undefined;
  /** The key of the grace period. */
  readonly key: string;
}

/** What a server's own patience at SIGTERM and the grace period of its replica make of each other. */
export function graceWarnings(line: string, grace: Grace): LineFinding[] {
  const found = serverIn(line);
  const { option, fallback } = found?.server.gracefulTimeout ?? {};
  // What nobody asked for is no contradiction.
  if (!found || !option || grace.graceful === fallback) return [];
  const message = contradiction(found.server.name, grace);
  const offset = lastGiven(found.words, option)?.from ?? found.call.words[0]?.start ?? 0;
  return message === undefined ? [] : [{ offset, message }];
}

function contradiction(
  server: string,
  { graceful = 0, gracePeriod, key }: Grace,
): string | undefined {
  if (gracePeriod !== undefined)
    return gracePeriod < graceful
      ? `${server} lets requests finish for ${graceful} s after SIGTERM, and is killed after ${gracePeriod} s (${key}); make both the same, as long as the longest request`
      : undefined;
  return graceful > LONG_SECONDS
    ? `one request that hangs keeps a replica, and the drain of its node, for ${graceful} s; write the length of the longest request, or set ${key}`
    : undefined;
}
