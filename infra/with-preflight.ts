import type { ComponentResourceOptions } from "@pulumi/pulumi";
import { planApp } from "../components/app.ts";
import type { AppArgs } from "../components/config/app-args.ts";
import type { GuardedApp } from "./guarded-app.ts";
import { planWithPreflight } from "./plan-with-preflight.ts";

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
