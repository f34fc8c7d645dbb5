/**
 * How a program is started: the command line and environment of `@pulumi/pulumi/cmd/run`, as the
 * official language host makes them (pulumi/pulumi, sdk/nodejs/cmd/pulumi-language-nodejs/main.go:
 * Run, constructArguments, constructConfig). Pure, so that it can be held against that.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import type { RuntimeOptions } from "./options.ts";

/** What the engine asks to run. */
export interface Program {
  monitor: string;
  engine: string;
  organization: string;
  project: string;
  stack: string;
  rootDirectory: string;
  programDirectory: string;
  entryPoint: string;
  dryRun: boolean;
  parallel: number;
  /** Arguments for the program itself. */
  args: readonly string[];
  config: ReadonlyMap<string, string>;
  secretKeys: readonly string[];
}

/** The arguments for Node.js; flags with nothing to say are left out. */
export function commandLine(
  program: Program,
  run: string,
  node: { options: RuntimeOptions; debug: readonly string[]; tracing: string },
): string[] {
  return [
    ...node.options.nodeargs,
    ...node.debug,
    run,
    ...flag("monitor", program.monitor),
    ...flag("engine", program.engine),
    ...flag("organization", program.organization),
    ...flag("project", program.project),
    ...flag("root-directory", program.rootDirectory),
    ...flag("stack", program.stack),
    ...flag("pwd", program.programDirectory),
    ...(program.dryRun ? ["--dry-run"] : []),
    ...flag("parallel", String(program.parallel)),
    ...flag("tracing", node.tracing),
    program.entryPoint,
    ...program.args,
  ];
}

function flag(name: string, value: string): string[] {
  return value === "" ? [] : [`--${name}`, value];
}

/** What the SDK reads from its environment, beside what the host itself was given. */
export function environment(program: Program, options: RuntimeOptions): Record<string, string> {
  return {
    PULUMI_CONFIG: JSON.stringify(namespacedConfig(program.config)),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(program.secretKeys),
    ...(options.typescript && { PULUMI_NODEJS_TYPESCRIPT: "true" }),
    ...(options.tsconfig !== undefined && { PULUMI_NODEJS_TSCONFIG_PATH: options.tsconfig }),
  };
}

/** Keys as `<namespace>:config:<name>`: the form that every version of the SDK understands. */
function namespacedConfig(config: ReadonlyMap<string, string>): Record<string, string> {
  const entries = [...config].map(([key, value]) => [withConfig(key), value] as const);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function withConfig(key: string): string {
  const [namespace = "", ...rest] = key.split(":");
  const name = rest[0] === "config" && rest.length > 1 ? rest.slice(1) : rest;
  return `${namespace}:config:${name.join(":")}`;
}

/** Where the program's own SDK has its entry point. */
export function runPath(programDirectory: string, override: string | undefined): string {
  const wanted = override === undefined || override === "" ? "@pulumi/pulumi/cmd/run" : override;
  try {
    return createRequire(join(programDirectory, "noop.js")).resolve(wanted);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `It looks like the Pulumi SDK has not been installed. Have you run npm ci? (${reason})`,
      { cause: error },
    );
  }
}
