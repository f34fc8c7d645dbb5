import type { ComponentResourceOptions } from "@pulumi/pulumi";
import { App, planApp } from "../components/app.ts";
import type { AppArgs } from "../components/config/app-args.ts";
import type { AppPlan } from "../components/plan/app-plan.ts";
import type { GuardedApp } from "./guarded-app.ts";
import { guardedApp } from "./guarded-app.ts";
import { isUnderMocks } from "./mocks.ts";
import { outputsOf } from "./outputs.ts";
import { settingsFor } from "./provider-settings.ts";

/** How {@link withPreflight} declares an app, and where the stack has what the app gave out. */
export interface PreflightOptions extends ComponentResourceOptions {
  /**
   * Name of the stack output that {@link GuardedApp.outputs} are exported as.
   * @default the resource's name in camel case: `myShop` for `my-shop`
   */
  readonly outputName?: string;
}

/**
 * Declares an {@link App} as the program of a stack file does. A preview reports what a change
 * costs and whether the cluster has room for it; `guards`, `confirm` and `cluster` are enforced;
 * success means that all pods run; and an autoscaler ends before replicas are set.
 *
 * ```ts
 * export const shop = (await withPreflight("shop", { image, scale: { web: 4 } })).outputs;
 * ```
 *
 * The cluster is that of `opts.provider` where one is given. Under Pulumi's mocks no cluster is
 * asked, and nothing waits.
 *
 * @throws ConfigError with all that is wrong with the args and the change, before anything is
 * declared
 */
export async function withPreflight(
  name: string,
  args: AppArgs,
  options: PreflightOptions = {},
): Promise<GuardedApp> {
  return planWithPreflight(name, planApp(name, args), options);
}

/**
 * Declares what was planned, as {@link withPreflight} does.
 *
 * @throws ConfigError with all that is wrong with the change, before anything is declared
 */
export async function planWithPreflight(
  name: string,
  plan: AppPlan,
  { outputName = camelCase(name), ...opts }: PreflightOptions,
): Promise<GuardedApp> {
  // The mocks know no hooks: to register one would fail.
  if (isUnderMocks()) {
    const app = new App(name, plan, {
      ...opts,
      secretContents: new Map(),
      guardsAreEnforced: true,
    });
    return { app, outputs: outputsOf(app, undefined) };
  }
  return guardedApp(plan, {
    settings: await settingsFor(opts),
    outputName,
    declare: (checked, options) => new App(name, checked, { ...opts, ...options }),
  });
}

function camelCase(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9]+(.?)/g, (_, next: string) => next.toUpperCase());
}
