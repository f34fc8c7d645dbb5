import type { Output } from "@pulumi/pulumi";
import { ConfigValue } from "../config/value.ts";
import type { CheckedSettings } from "../config/app.ts";
import { checkSettings } from "../config/app.ts";
import type { CheckedGuards } from "../config/guards.ts";
import { checkGuards } from "../config/guards.ts";
import { checkPrices } from "../config/prices.ts";
import { PREFIX, STACK } from "../config/stack.ts";
import type { CheckedService, GivenVariables } from "../config/services.ts";
import { checkServices, servicesOfType } from "../config/services.ts";
import type { StackArgs } from "../config/types.ts";
import { checkSecrets } from "../config/variables.ts";
import { costOf } from "../cost/cost.ts";
import type { Prices } from "../cost/price.ts";
import { unreachable } from "./egress.ts";
import type { Problem, Warning } from "../config/errors.ts";
import { throwIfAny } from "../config/errors.ts";
import type { AppFiles } from "../procfile/app-files.ts";
import { filesOf, readApp } from "../procfile/app-files.ts";
import { formation } from "./formation.ts";
import { guardViolations, checkImageDigest } from "../guards/guards.ts";
import type { AuthenticationPlan } from "../manifest/autoscaler.ts";
import type { JobPlan } from "../manifest/job.ts";
import type { ProcessPlan } from "./process-plan.ts";
import { WEB } from "./process-plan.ts";
import { unusableFiles } from "../procfile/named-files.ts";
import { schedulerWarnings } from "./schedulers.ts";
import { stateWarnings } from "../procfile/shared-state.ts";
import type { NetworkPlan, TrafficPlan } from "./traffic-plan.ts";
import { planTraffic } from "./traffic-plan.ts";

/** Marks a plan: no stack file and no JSON can have this key. */
const PLAN = Symbol("dash-scale plan");

/** An app that was checked as a whole: plain values, ready to be declared. */
export interface AppPlan {
  readonly [PLAN]: true;
  readonly settings: CheckedSettings;
  readonly secrets: Readonly<Record<string, Output<string>>>;
  readonly services: readonly CheckedService[];
  /** Runs before any process of a new version; undefined where the Procfile has no release. */
  readonly release: JobPlan | undefined;
  /** In the order of the Procfile. */
  readonly processes: readonly ProcessPlan[];
  /** The Procfile's line of each process type, as written. */
  readonly commands: ReadonlyMap<string, string>;
  /** Where KEDA finds the passwords of queues; none until the Secrets were read. */
  readonly authentications: readonly AuthenticationPlan[];
  /** Undefined without `web`. */
  readonly traffic: TrafficPlan | undefined;
  /** Undefined where it is off. */
  readonly network: NetworkPlan | undefined;
  readonly guards: CheckedGuards;
  /** Undefined where nobody has said what an hour costs. */
  readonly prices: Prices | undefined;
  /** Whether a program has the settings, and not a stack file: messages name them accordingly. */
  readonly isInCode: boolean;
  readonly warnings: readonly Warning[];
  /** What is worth knowing and nothing to worry about. */
  readonly notes: readonly Warning[];
}

/**
 * Checks everything and works out what an app runs as.
 *
 * @throws ConfigError with all problems of the settings, the Procfile and the scale at once
 */
export function planStack(args: StackArgs): AppPlan {
  const problems: Problem[] = [];
  const stack = new ConfigValue(args, PREFIX, problems);
  stack.knownKeys(Object.keys(STACK.fields), STACK.expected);
  const settings = checkSettings(stack.field("app"));
  const secrets = checkSecrets(stack.field("secrets"), { ...settings.env, ...settings.laterEnv });
  const guards = checkGuards(stack.field("guards"), {
    confirm: stack.field("confirm"),
    cluster: stack.field("cluster"),
  });
  const prices = checkPrices(stack.field("prices"));
  const image = checkImageDigest(guards, settings);
  const files = readApp(settings.procfile);
  problems.push(...image.problems, ...files.procfile.problems);
  const before = problems.length;
  const given = givenVariables(settings, secrets);
  const services = checkServices(stack.field("services"), given);
  const [scale, options] = [stack.field("scale"), stack.field("processes")];
  const config = { scale, processes: options, variables: new Set(given.keys()), services };
  const { release, processes, ...found } = formation(files, config, settings);
  const { traffic, network, ...way } = planTraffic(processes, settings, services);
  const isKnown = files.procfile.problems.length === 0 && problems.length === before;
  throwIfAny([
    ...problems,
    ...found.problems,
    ...(files.procfile.entries.length > 0 ? way.problems : []),
    // What stands in for a wrong scale is nothing to judge.
    ...(isKnown
      ? guardViolations(guards, { processes, cost: costOf({ processes, traffic }) })
      : []),
  ]);
  const warnings = [
    ...files.procfile.warnings,
    ...image.warnings,
    ...found.warnings,
    ...appWarnings(files, { settings, processes, network, names: namesOfWeb(given, services) }),
  ];
  const commands = new Map(files.procfile.entries.map(({ type, command }) => [type, command]));
  const parts = { settings, secrets, services, release, processes, traffic, network, guards };
  const rest = { commands, prices, warnings, notes: found.notes };
  return { [PLAN]: true, isInCode: false, ...parts, ...rest, authentications: [] };
}

export function isPlan(given: unknown): given is AppPlan {
  return typeof given === "object" && given !== null && PLAN in given;
}

/** What is doubtful in the app as a whole. */
function appWarnings(
  files: AppFiles,
  {
    settings: { env, writable, namespace },
    ...app
  }: Pick<AppPlan, "settings" | "processes" | "network"> & { readonly names: ReadonlySet<string> },
): Warning[] {
  const { processes, network, names } = app;
  return [
    ...schedulerWarnings(files.procfile.entries, processes),
    ...stateWarnings(processes, { names, writable }, filesOf(commandOfWeb(files), files)),
    ...unusableFiles(env, writable).map(({ name, message }) => ({
      location: `dash-scale:app.env.${name}`,
      message,
    })),
    ...(network ? unreachable({ env, processes, namespace }, network) : []),
  ];
}

/** The names of all variables that `web` has. */
function namesOfWeb(
  given: GivenVariables,
  services: readonly CheckedService[],
): ReadonlySet<string> {
  const ofServices = servicesOfType(services, WEB).flatMap(({ env }) => Object.keys(env));
  return new Set([...given.keys(), ...ofServices]);
}

/** The variables of every process type, each with the key that gives it. */
function givenVariables(
  { env, laterEnv }: CheckedSettings,
  secrets: Readonly<Record<string, unknown>>,
): GivenVariables {
  const places = { secrets, "app.env": { ...env, ...laterEnv } };
  return new Map(
    Object.entries(places).flatMap(([key, variables]) =>
      Object.keys(variables).map((name): [string, string] => [name, `${PREFIX}${key}.${name}`]),
    ),
  );
}

function commandOfWeb({ procfile }: AppFiles): string {
  return procfile.entries.find(({ type }) => type === WEB)?.command ?? "";
}
