import { callsIn, callText } from "./call.ts";
import type { LineFinding } from "./line-finding.ts";
import { serverIn } from "./server.ts";

/** Programs that go into the background, beside the servers of the table. */
const DAEMONS: readonly RegExp[] = [
  /^celery( \S+)*? (worker|beat)( \S+)*? (--detach|-D)( |$)/,
  /^celery multi (start|restart) /,
  /^redis-server( \S+)*? --daemonize yes/,
  /^pm2 start (?!.*--no-daemon)/,
  /^caddy start( |$)/,
  // The file that -c or -p names may say `daemon off;`; -t, -s and -v start nothing.
  /^nginx(?!.*(daemon off| -[cptTsvVh]))/,
];

/** A last program that goes into the background, whereupon its container ends. */
export function daemonWarnings(line: string): LineFinding[] {
  const last = callsIn(line).at(-1);
  const offset = last?.words[0]?.start ?? 0;
  if (!last || !(isServerDaemon(line, offset) || DAEMONS.some((it) => it.test(callText(last)))))
    return [];
  const message = `${last.program} goes into the background, so its container ends at once and is started again for ever; have the program stay in the foreground`;
  return [{ offset, message }];
}

function isServerDaemon(line: string, offset: number): boolean {
  const { server, call, words = [] } = serverIn(line) ?? {};
  const isLast = call?.words[0]?.start === offset;
  return isLast && words.some(({ literal = "" }) => server?.daemon?.test(literal) === true);
}

/** Stores that a Procfile starts beside an app on the machine of who writes the app. */
const STORES =
  /^(redis-server|valkey-server|redis-stack-server|postgres|mongod|memcached|mysqld|mariadbd|rabbitmq-server|elasticsearch|minio)$/;

/** `redis: redis-server` */
export function storeWarnings(line: string): LineFinding[] {
  const found = callsIn(line).find(({ program }) => STORES.test(program));
  if (!found) return [];
  const message = `${found.program} keeps its data in this pod, with which the data goes, and cannot write beside the code; run none of it here (0 replicas), and attach one that exists: dash-scale:services`;
  return [{ offset: found.words[0]?.start ?? 0, message }];
}

/** Programs that start several others, each of which could be a process type. */
const MANAGERS =
  /^((honcho|foreman|forego|goreman|overmind)( \S+)*? (start|s)|hivemind|supervisord|circusd|runsvdir|s6-svscan)( |$)/;

/** `web: honcho start`, `web: supervisord -n`: several programs in one replica. */
export function managerWarnings(line: string): LineFinding[] {
  const found = callsIn(line).find((call) => MANAGERS.test(callText(call)));
  if (!found) return [];
  const message = `${found.program} starts several programs in each replica, so that none of them can be scaled alone, and one that fails goes unseen; give each a line of its own here`;
  return [{ offset: found.words[0]?.start ?? 0, message }];
}
