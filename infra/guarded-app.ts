import { log, runtime } from "@pulumi/pulumi";
import type { App, AppOptions } from "../components/app.ts";
import type { AppPlan } from "../components/plan/app-plan.ts";
import { autoscalerHook } from "./autoscaler-hook.ts";
import type { AppOutputs } from "./outputs.ts";
import { outputsOf } from "./outputs.ts";
import type { PreflightQuery } from "./preflight.ts";
import { preflight } from "./preflight.ts";
import { ClusterWatcher } from "./rollout/watcher.ts";

/** An app that was held to its guards before anything of it was declared. */
export interface GuardedApp {
  readonly app: App;
  readonly outputs: AppOutputs;
}

/** Where an app goes, and how it is declared. */
interface Target extends PreflightQuery {
  readonly declare: (plan: AppPlan, options: AppOptions) => App;
}

/**
 * Reports what a change costs and holds the change to the guards, then declares the app, follows
 * its rollouts, and removes autoscalers in time.
 *
 * @throws ConfigError with all that is wrong with the change, before anything is declared
 */
export async function guardedApp(plan: AppPlan, target: Target): Promise<GuardedApp> {
  const { settings, declare } = target;
  const found = await preflight(plan, target);
  if (!found.answers && !runtime.isDryRun()) {
    await log.warn(
      "kubernetes:context: the cluster does not answer the program, so Pulumi's Kubernetes provider alone waits for the pods, and may report success too early",
    );
  }
  const watcher = new ClusterWatcher(settings, (line) => {
    // In place of the line before, beside the stack.
    void log.info(line, undefined, undefined, true);
  });
  const app = declare(plan, {
    autoscalerHook: autoscalerHook(settings),
    ...(found.answers ? { watcher } : {}),
    secretContents: found.secretContents,
    guardsAreEnforced: true,
  });
  return { app, outputs: outputsOf(app, found.cluster) };
}
