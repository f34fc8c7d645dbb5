/** The runtime options of `Pulumi.yaml` that decide how a program is started. */
import type { Json, JsonObject } from "../shared/json.ts";
import { words } from "./words.ts";

export interface RuntimeOptions {
  /** Whether the SDK compiles TypeScript itself (with ts-node). Default: true. */
  typescript: boolean;
  /** Path to a tsconfig.json for that, if not the project's own. */
  tsconfig: string | undefined;
  /** Arguments for Node.js itself. */
  nodeargs: string[];
}

/** @throws with the official host's message when an option has the wrong type */
export function runtimeOptions(options: JsonObject): RuntimeOptions {
  const { typescript = true, tsconfig, nodeargs = "" } = options;
  if (typeof typescript !== "boolean") throw new Error("typescript option must be a boolean");
  return {
    typescript,
    tsconfig: tsconfig === undefined ? undefined : string("tsconfigpath", tsconfig),
    nodeargs: words(string("nodeargs", nodeargs)),
  };
}

function string(name: string, value: Json): string {
  if (typeof value !== "string") throw new Error(`${name} option must be a string`);
  return value;
}
