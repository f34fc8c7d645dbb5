import type { Output } from "@pulumi/pulumi";
import { Unchecked } from "./check.ts";
import type { Problem, Warning } from "./errors.ts";
import { refuse } from "./errors.ts";
import type { ProcessPlan } from "./formation.ts";
import { formation } from "./formation.ts";
import { readProcfile } from "./procfile.ts";
import type { ProcessScale } from "./scale.ts";
import type { AppSettings, CheckedSettings } from "./settings.ts";
import { checkSecrets, checkSettings } from "./settings.ts";

/** What an app runs as: the three `dash-scale:` keys of a stack file. */
export interface AppArgs {
  /** What is the same for all its processes. */
  readonly app: AppSettings;
  /**
   * Scale of each process type by its name: replicas, or more.
   * @default every process type of the Procfile runs as one replica
   */
  readonly scale?: Readonly<Record<string, number | string | ProcessScale>>;
  /**
   * Environment variables of every process type whose values are secret: `pulumi.secret(…)` or `config.requireSecret(…)`.
   * @default none
   */
  readonly secrets?: Readonly<Record<string, Output<string>>>;
}

/** An app that was checked as a whole: plain values, ready to be declared. */
export interface AppPlan {
  readonly settings: CheckedSettings;
  readonly secrets: Readonly<Record<string, Output<string>>>;
  /** In the order of the Procfile. */
  readonly processes: readonly ProcessPlan[];
  readonly warnings: readonly Warning[];
}

/**
 * Checks everything and works out what an app runs as.
 *
 * @throws ConfigError with all problems of the settings, the Procfile and the scale at once
 */
export function planApp(args: AppArgs): AppPlan {
  const problems: Problem[] = [];
  const given = new Unchecked(args, "dash-scale:", problems).fields(
    ["app", "scale", "secrets"],
    "",
  );
  const settings = checkSettings(given("app"));
  const secrets = checkSecrets(given("secrets"), settings.env);
  const procfile = readProcfile(settings.procfile);
  problems.push(...procfile.problems);
  const { processes, ...found } = formation(procfile, given("scale"), settings);
  refuse([...problems, ...found.problems]);
  return { settings, secrets, processes, warnings: [...procfile.warnings, ...found.warnings] };
}
