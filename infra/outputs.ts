import type { Output } from "@pulumi/pulumi";
import { output, runtime } from "@pulumi/pulumi";
import type { App } from "../components/app.ts";
import type { Cost } from "../components/cost/cost.ts";

/** What an app gives out, and what the next change of the app is held against. */
export interface AppOutputs {
  /**
   * What each process type comes to: Deployment or CronJob, replicas, workers, threads, concurrency,
   * memory, CPU, surge pods.
   */
  readonly processes: Output<Cost["processes"]>;
  /**
   * What the whole app comes to: pods, CPU, memory, concurrency, surge pods; of that, the proxy
   * where there is one.
   */
  readonly totals: Output<Cost["totals"]>;
  /**
   * The cluster that the app was applied to: UID of its namespace `kube-system`; absent where that
   * is not known.
   */
  readonly cluster?: string;
}

/**
 * Given when all runs: after an update that failed the outputs are those of the one before, and the
 * next preview goes by them.
 */
export function outputsOf(app: App, cluster: string | undefined): AppOutputs {
  const { cost } = app;
  const given: Output<Cost> = output(runtime.isDryRun() ? cost : app.running.then(() => cost));
  return {
    processes: given.apply((it) => it.processes),
    totals: given.apply((it) => it.totals),
    ...(cluster === undefined ? {} : { cluster }),
  };
}
