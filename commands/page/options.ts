import { chosenStack, parsedFlags, refuseWords, STACK_FLAGS, UsageError } from "../command-line.ts";
import { LOCAL_USAGE } from "../local.ts";

export const USAGE = `Serves a page on which the stacks of this project are scaled, for a browser on this machine alone: process types with their
replicas, live pods on their nodes, what a change costs and whether it fits, apply with progress, history and undo.
Nothing is written before Apply.

  npx dash-scale page                      every stack of the project, dev first
  npx dash-scale page --stack production   another one first
  npx dash-scale page --read-only          changes nothing

  -s, --stack NAME    the stack that is shown first; default: dev${LOCAL_USAGE}
  --read-only         refuses every change
  --port N            the port; default: one that is free
  --allow-host NAME   also answers under this host name, as behind a forwarded port
  --open              opens the page in the browser

The page ends with Ctrl-C. An update that it has started goes on; a page that is started again shows it.
`;

export interface Options {
  readonly stack: string;
  readonly local: boolean;
  readonly readOnly: boolean;
  /** 0: one that is free. */
  readonly port: number;
  readonly allowedHosts: readonly string[];
  readonly open: boolean;
}

const NO_HOSTS: string[] = [];

const FLAGS = {
  stack: STACK_FLAGS.stack,
  local: { type: "boolean", default: false },
  "read-only": { type: "boolean", default: false },
  port: { type: "string", default: "0" },
  "allow-host": { type: "string", multiple: true, default: NO_HOSTS },
  open: { type: "boolean", default: false },
} as const;

/**
 * Reads a command line.
 *
 * @throws UsageError where something in it is not understood
 */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parsedFlags(args, FLAGS);
  refuseWords(positionals);
  const allowedHosts = values["allow-host"];
  for (const name of allowedHosts) requireHostName(name);
  return {
    stack: chosenStack({ stack: values.stack }).stack,
    local: values.local,
    readOnly: values["read-only"],
    port: portIn(values.port),
    allowedHosts,
    open: values.open,
  };
}

function portIn(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new UsageError(`--port: got ${JSON.stringify(text)}; expected a number from 0 to 65535`);
}

function requireHostName(name: string): void {
  if (/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(name)) return;
  throw new UsageError(
    `--allow-host: got ${JSON.stringify(name)}; expected a host name in full, such as shop-8000.example.dev`,
  );
}
