import type { Output } from "@pulumi/pulumi";
import { Unchecked } from "./check.ts";
import { costOf } from "./cost.ts";
import { unreachableUrls } from "./egress.ts";
import type { Problem, Warning } from "./errors.ts";
import { refuse } from "./errors.ts";
import type { AppFiles } from "./procfile/app-files.ts";
import { filesOf, readApp } from "./procfile/app-files.ts";
import { formation } from "./formation.ts";
import type { CheckedGuards, GuardSettings } from "./guards.ts";
import { beyondGuards, checkGuards, judgeImage } from "./guards.ts";
import type { JobPlan } from "./manifest/job.ts";
import type { ProcessPlan } from "./process-plan.ts";
import { WEB } from "./process-plan.ts";
import type { ProcessOptions } from "./process-settings.ts";
import type { ProcessScale } from "./scale.ts";
import type { AppSettings, CheckedSettings } from "./settings.ts";
import { checkSecrets, checkSettings } from "./settings.ts";
import { stateWarnings } from "./procfile/shared-state.ts";
import type { NetworkPlan, TrafficPlan } from "./traffic-plan.ts";
import { planTraffic } from "./traffic-plan.ts";

/** What an app runs as: the `dash-scale:` keys of a stack file. */
export interface AppArgs {
  /** What is the same for all its processes. */
  readonly app: AppSettings;
  /**
   * Scale of each process type by its name: replicas, or more.
   * @default every process type of the Procfile runs as one replica
   */
  readonly scale?: Readonly<Record<string, number | string | ProcessScale>>;
  /**
   * What is particular to a process type, apart from its scale, by its name.
   * @default see {@link ProcessOptions}
   */
  readonly processes?: Readonly<Record<string, ProcessOptions>>;
  /**
   * Environment variables of every process type whose values are secret: `pulumi.secret(…)` or `config.requireSecret(…)`.
   * @default none
   */
  readonly secrets?: Readonly<Record<string, Output<string>>>;
  /**
   * Rules that the stack is held to.
   * @default none
   */
  readonly guards?: GuardSettings;
  /**
   * Scale-downs of more than half that are meant, by process type: `10 -> 2`. It is judged by who knows what ran before.
   * @default none
   */
  readonly confirm?: Readonly<Record<string, string>>;
  /**
   * The one cluster that the stack may run on: UID of its namespace `kube-system`. It is judged by who sees the cluster.
   * @default the one that it was applied to last
   */
  readonly cluster?: string;
}

/** An app that was checked as a whole: plain values, ready to be declared. */
export interface AppPlan {
  readonly settings: CheckedSettings;
  readonly secrets: Readonly<Record<string, Output<string>>>;
  /** Runs before any process of a new version; undefined where the Procfile has no release. */
  readonly release: JobPlan | undefined;
  /** In the order of the Procfile. */
  readonly processes: readonly ProcessPlan[];
  /** Undefined without `web`. */
  readonly traffic: TrafficPlan | undefined;
  /** Undefined where it is off. */
  readonly network: NetworkPlan | undefined;
  readonly guards: CheckedGuards;
  readonly warnings: readonly Warning[];
  /** What is worth knowing and nothing to worry about. */
  readonly notes: readonly Warning[];
}

/**
 * Checks everything and works out what an app runs as.
 *
 * @throws ConfigError with all problems of the settings, the Procfile and the scale at once
 */
export function planApp(args: AppArgs): AppPlan {
  const problems: Problem[] = [];
  const given = new Unchecked(args, "dash-scale:", problems).fields(KEYS, "");
  const settings = checkSettings(given("app"));
  const secrets = checkSecrets(given("secrets"), settings.env);
  const guards = checkGuards(given("guards"), {
    confirm: given("confirm"),
    cluster: given("cluster"),
  });
  const image = judgeImage(guards, settings);
  const files = readApp(settings.procfile);
  problems.push(...image.problems, ...files.procfile.problems);
  const before = problems.length;
  const variables = new Set([...Object.keys(settings.env), ...Object.keys(secrets)]);
  const config = { scale: given("scale"), processes: given("processes"), variables };
  const { release, processes, ...found } = formation(files, config, settings);
  const { traffic, network, ...way } = planTraffic(processes, settings);
  const isKnown = files.procfile.problems.length === 0 && problems.length === before;
  refuse([
    ...problems,
    ...found.problems,
    ...(files.procfile.entries.length > 0 ? way.problems : []),
    // What stands in for a wrong scale is nothing to judge.
    ...(isKnown ? beyondGuards(guards, { processes, cost: costOf({ processes, traffic }) }) : []),
  ]);
  const warnings = [
    ...files.procfile.warnings,
    ...image.warnings,
    ...found.warnings,
    ...stateWarnings(processes, variables, filesOf(commandOfWeb(files), files)),
    ...(network ? unreachableUrls(settings.env, network.attached, settings.namespace) : []),
  ];
  const { notes } = found;
  return { settings, secrets, release, processes, traffic, network, guards, warnings, notes };
}

function commandOfWeb({ procfile }: AppFiles): string {
  return procfile.entries.find(({ type }) => type === WEB)?.command ?? "";
}

const KEYS = ["app", "scale", "processes", "secrets", "guards", "confirm", "cluster"] as const;
