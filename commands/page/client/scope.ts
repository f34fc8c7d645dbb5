import type { Desk, Model, Staged } from "./model.ts";

/** What a person does on the page. */
export interface Acts {
  readonly show: (shown: Model["shown"]) => void;
  readonly edit: (stack: string, type: string, field: string, value: string) => void;
  readonly stage: (stack: string, whole: Exclude<Staged, { readonly kind: "words" }>) => void;
  readonly confirm: (stack: string) => void;
  readonly discard: (stacks: readonly string[]) => void;
  readonly apply: (stacks: readonly string[]) => void;
  readonly write: (stack: string) => void;
  readonly stop: (stack: string) => void;
  readonly allow: (typed: string) => void;
}

/** One stack, with all that is done to it from here. */
export interface StackScope {
  readonly stack: string;
  readonly desk: Desk;
  readonly model: Model;
  readonly acts: Acts;
}
