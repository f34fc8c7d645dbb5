import { existsSync } from "node:fs";
import type { StackTools } from "./drift/stack-tools.ts";
import type { VerbGroup } from "./verb.ts";

/** What the folder `local/` adds: a cluster on this machine. */
export interface LocalCommands {
  readonly verbs: VerbGroup;
  /**
   * The programs with which a stack on the local cluster is looked at.
   *
   * @throws CommandError where the cluster does not run, or the stack is for another one
   */
  readonly toolsFor: (stack: string) => Promise<StackTools>;
  /**
   * Makes the stack unless it is there, and before an `up` makes good what a killed run has left.
   *
   * @returns further variables for Pulumi
   */
  readonly prepare: (stack: string, before: "preview" | "up") => Promise<NodeJS.ProcessEnv>;
}

/** Not imported by name: the npm package has no folder `local/`. */
const ENTRY = new URL("../local/index.ts", import.meta.url);

/** Whether there can be a cluster on this machine. */
export function hasLocal(): boolean {
  return existsSync(ENTRY);
}

/** The line of a usage text about `--local`; empty where there is no local cluster. */
export const LOCAL_USAGE = hasLocal()
  ? "\n  --local             looks at the local cluster, not where the stack's own context points to"
  : "";

export async function loadLocal(): Promise<LocalCommands> {
  const { local }: { readonly local: LocalCommands } = await import(ENTRY.href);
  return local;
}
