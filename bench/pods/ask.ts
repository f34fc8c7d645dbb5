import { join } from "node:path";
import { mustRun } from "../../commands/system/children.ts";
import type {
  CallbacksTask,
  LoadResult,
  LoadTask,
  Round,
  RoundsTask,
  Task,
  TimedAnswer,
} from "./client.ts";
import { CLIENT } from "../nodes/layout.ts";
import { inNamespace } from "../nodes/network.ts";

const PROGRAM = join(import.meta.dirname, "client.ts");

/** Has the client, in its own network, do some rounds. */
export async function askRounds(
  task: Omit<RoundsTask, "kind">,
  signal: AbortSignal,
): Promise<Round[]> {
  const found: Round[] = JSON.parse(await client({ kind: "rounds", ...task }, signal));
  return found;
}

/** Has the client, in its own network, keep up a load. */
export async function askLoad(
  task: Omit<LoadTask, "kind">,
  signal: AbortSignal,
): Promise<LoadResult> {
  const found: LoadResult = JSON.parse(await client({ kind: "load", ...task }, signal));
  return found;
}

/** Has the client, in its own network, ask for callbacks alone. */
export async function askCallbacks(
  task: Omit<CallbacksTask, "kind">,
  signal: AbortSignal,
): Promise<TimedAnswer[]> {
  const found: TimedAnswer[] = JSON.parse(await client({ kind: "callbacks", ...task }, signal));
  return found;
}

async function client(task: Task, signal: AbortSignal): Promise<string> {
  const words = inNamespace(CLIENT.namespace, process.execPath, PROGRAM, JSON.stringify(task));
  const { stdout } = await mustRun(...words, { signal });
  return stdout;
}
