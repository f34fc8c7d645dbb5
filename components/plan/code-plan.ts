import type { Input, Output } from "@pulumi/pulumi";
import type { AppArgs } from "../config/app-args.ts";
import { APP } from "../config/app.ts";
import { inCode } from "../config/code-names.ts";
import type { Problem } from "../config/errors.ts";
import { attempted, ConfigError, preview, throwIfAny } from "../config/errors.ts";
import { isMap } from "../config/is-map.ts";
import { isOutput } from "../config/output.ts";
import { STACK } from "../config/stack.ts";
import type { StackArgs } from "../config/types.ts";
import { ConfigValue } from "../config/value.ts";
import { DEFAULT_PROCFILE } from "../procfile/procfile.ts";
import type { AppPlan } from "./app-plan.ts";
import { planStack } from "./app-plan.ts";

/** What stands beside the settings of the app itself, in a program as in a stack file. */
const { app: _, ...BESIDE } = STACK.fields;
const NAMES = [...Object.keys(APP.fields), ...Object.keys(BESIDE)];
const EXAMPLE = '{ image: "registry.example.com/shop:1.4.2", scale: { web: 2 } }';

/** An app as a program has it. */
export interface CodeApp {
  /** The resource's name, which is the app's where the args have none. */
  readonly name: string;
  readonly args: AppArgs;
  /** Marks a value as secret. */
  readonly makeSecret: (value: Input<string>) => Output<string>;
}

/**
 * Checks everything and works out what an app of a program runs as.
 *
 * @throws ConfigError with all problems of the args and the Procfile at once, by the names that
 * they have in a program
 */
export function planInCode({ name, args, makeSecret }: CodeApp): AppPlan {
  const problems: Problem[] = [];
  if (!isMap(args)) {
    const message = `got ${preview(args)} as its args; expected a map, such as ${EXAMPLE}`;
    throw new ConfigError([{ location: `App ${name}`, message }]);
  }
  new ConfigValue(args, "", problems).knownKeys(NAMES, EXAMPLE);
  const plan = attempted(() => planStack(asStack(name, args, makeSecret)));
  throwIfAny([...problems, ...(plan instanceof ConfigError ? plan.problems.map(inCode) : [])]);
  if (plan instanceof ConfigError) throw plan;
  const { warnings, notes } = plan;
  return {
    ...plan,
    isInCode: true,
    warnings: warnings.map(inCode),
    notes: notes.map(inCode),
  };
}

/** The same settings as a stack file has them. Keys that there are not are left out. */
function asStack(
  name: string,
  args: Readonly<Record<string, unknown>>,
  makeSecret: CodeApp["makeSecret"],
): StackArgs {
  const given = Object.entries(args);
  const { secrets } = args;
  const app = Object.fromEntries(given.filter(([key]) => Object.hasOwn(APP.fields, key)));
  const stack: unknown = {
    ...Object.fromEntries(given.filter(([key]) => Object.hasOwn(BESIDE, key))),
    ...(isMap(secrets) && { secrets: withMarks(secrets, makeSecret) }),
    app: { ...app, name: app["name"] ?? name, procfile: app["procfile"] ?? DEFAULT_PROCFILE },
  };
  // Programs in JavaScript give anything: planStack checks what the type promises here.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return stack as StackArgs;
}

/** What is not text stays as it is, so that the check can report the mistake. */
function withMarks(
  secrets: Readonly<Record<string, unknown>>,
  makeSecret: CodeApp["makeSecret"],
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(secrets).map(([key, value]) => [
      key,
      isInput(value) ? makeSecret(value) : value,
    ]),
  );
}

function isInput(value: unknown): value is Input<string> {
  return typeof value === "string" || isOutput<string>(value) || value instanceof Promise;
}
