import { log, output, runtime } from "@pulumi/pulumi";
import { planApp } from "../components/plan/app-plan.ts";
import { clusterSettings, stackConfig } from "./engine-config.ts";
import { dropDebugMessages } from "./debug-messages.ts";
import { preflight } from "./preflight.ts";
import { autoscalerHook } from "./autoscaler-hook.ts";
import { declare } from "./program.ts";
import { ClusterWatcher } from "./rollout/watcher.ts";

dropDebugMessages();
// Planned once, for the preflight and for what is declared.
const plan = planApp(stackConfig());
const settings = clusterSettings();
const { cluster, answers, secretContents } = await preflight(plan, { settings });
const watcher = new ClusterWatcher(settings, (line) => {
  // In place of the line before, beside the stack.
  void log.info(line, undefined, undefined, true);
});
if (!answers && !runtime.isDryRun()) {
  await log.warn(
    "kubernetes:context: the cluster does not answer the program, so Pulumi's Kubernetes provider alone waits for the pods, and may report success too early",
  );
}
const app = declare(plan, {
  autoscalerHook: autoscalerHook(settings),
  secretContents,
  ...(answers ? { watcher } : {}),
});

// Given when all runs: after an update that failed the outputs are those of the one before, and the
// next preview goes by them.
const cost = runtime.isDryRun() ? output(app.cost) : output(app.running.then(() => app.cost));

/**
 * The stack's outputs.
 *
 * `processes`: what each process type comes to: Deployment, replicas, workers, threads,
 * concurrency, memory, CPU, surge pods. `totals`: what the whole app comes to: pods, CPU, memory,
 * concurrency, surge pods; of that, the proxy where there is one. `cluster`: the cluster that it
 * was applied to: UID of its namespace `kube-system`; absent where that is not known.
 */
export default {
  processes: cost.apply((it) => it.processes),
  totals: cost.apply((it) => it.totals),
  ...(cluster === undefined ? {} : { cluster }),
};
