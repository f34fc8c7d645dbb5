import { all, output, runtime } from "@pulumi/pulumi";
import { clusterSettings, stackConfig } from "./config.ts";
import { foresee } from "./foresee.ts";
import { handover } from "./handover.ts";
import { declare } from "./program.ts";

const args = stackConfig();
await foresee(args);

const app = declare(args, { handover: handover(clusterSettings()) });

// Given when all is up: after an update that failed the outputs tell what was there before, and the next preview goes by them.
const cost = runtime.isDryRun()
  ? output(app.cost)
  : all(app.processes.map(({ deployment }) => deployment.id)).apply(() => app.cost);

/** What each process type comes to: Deployment, replicas, workers, threads, concurrency, memory, CPU, surge pods. */
export const processes = cost.apply((it) => it.processes);
/** What the whole app comes to: pods, CPU, memory, concurrency, surge pods; of that, the queue where there is one. */
export const totals = cost.apply((it) => it.totals);
