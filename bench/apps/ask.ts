import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { mustRun } from "../../commands/system/children.ts";
import { CLIENT } from "../nodes/layout.ts";
import { inNamespace } from "../nodes/network.ts";
import type { LoadResult, LoadTask, Outcome, SocketTask, Task, UntilTask } from "./client.ts";

const PROGRAM = join(import.meta.dirname, "client.ts");

function clientOf(task: Task): [string, string[]] {
  return inNamespace(CLIENT.namespace, process.execPath, PROGRAM, JSON.stringify(task));
}

/** Has the client, in its own network, ask something. */
export async function askOnce(task: UntilTask | SocketTask, signal: AbortSignal): Promise<Outcome> {
  const { stdout } = await mustRun(...clientOf(task), { signal });
  const outcome: Outcome = JSON.parse(stdout);
  return outcome;
}

/** A load that goes on until it is ended. */
export interface Load {
  readonly end: () => Promise<LoadResult>;
}

/** Has the client, in its own network, keep up a load. */
export function startLoad(task: LoadTask, signal: AbortSignal): Load {
  const [program, words] = clientOf(task);
  const child = spawn(program, words, { stdio: ["pipe", "pipe", "inherit"], signal });
  const ended = once(child, "exit");
  const output = text(child.stdout);
  return {
    end: async () => {
      child.stdin.end();
      await ended;
      const result: LoadResult = JSON.parse(await output);
      return result;
    },
  };
}
