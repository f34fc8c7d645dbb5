import { callsIn } from "./call.ts";
import { shellStaysParent } from "./exec.ts";
import type { LineFinding } from "./line-finding.ts";
import type { Server } from "./server-row.ts";
import { serverIn } from "./server.ts";

/*
 * The kernel does not end the first process of a container by a signal that the process has no
 * handler for, SIGKILL apart.
 *
 * Source: pid_namespaces(7), "The namespace init process".
 */

/** Of Python and Node.js, seen with 3.13 and 24: neither has a handler for SIGTERM of its own. */
const INTERPRETERS: readonly (readonly [program: RegExp, script: RegExp])[] = [
  [/^python[\d.]*$/, /\.py$/],
  [/^node(js)?$/, /^[^-]/],
];
const IN_PYTHON = "signal.signal(signal.SIGTERM, lambda *_: sys.exit())";
const IN_NODE = 'process.on("SIGTERM", () => server.close())';

/**
 * A server that leaves SIGTERM to the kernel.
 *
 * @param own what a script of Python serves with
 * @param grace seconds that a replica gets to end
 */
export function endWarnings(line: string, own: Server | undefined, grace: number): LineFinding[] {
  const found = serverIn(line, own);
  if (found?.server.ignoresSigterm !== true || shellStaysParent(line)) return [];
  const message = `${found.server.name} does not end at SIGTERM, so every stop takes the whole grace period (${grace} s) and cuts off what is being answered then; run gunicorn in its place`;
  return [{ offset: found.call.words[0]?.start ?? 0, message }];
}

/**
 * The script of which only its author knows whether it ends at SIGTERM; undefined where a line runs
 * none.
 */
export function scriptIn(line: string, own: Server | undefined): string | undefined {
  if (serverIn(line, own) || shellStaysParent(line)) return undefined;
  const { program, words } = callsIn(line).at(-1) ?? { program: "", words: [] };
  const [, script] = INTERPRETERS.find(([pattern]) => pattern.test(program)) ?? [];
  const first = words.slice(1).find(({ raw }) => !raw.startsWith("-"))?.literal ?? "";
  return script?.test(first) === true ? first : undefined;
}

/** One line for all process types that run such a script: type and script of each. */
export function endNote(scripts: readonly (readonly [type: string, script: string])[]): string {
  const types = scripts.map(([type, script]) => `${type} (${script})`).join(", ");
  const ends = scripts.length === 1 ? "ends" : "end";
  return `whether ${types} ${ends} at SIGTERM is unknown; without a handler, every stop takes the whole grace period and cuts off what is going on then; such a handler is ${IN_PYTHON} in Python, and ${IN_NODE} in Node.js`;
}
