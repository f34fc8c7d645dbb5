import { clusterSettings, stackConfig } from "./config.ts";
import { dropDebugMessages } from "./debug-messages.ts";
import { foresee } from "./foresee.ts";
import { handover } from "./handover.ts";
import { declare } from "./program.ts";

dropDebugMessages();
const args = stackConfig();
await foresee(args);

/**
 * `processes`: what each process type comes to: Deployment, replicas, workers, threads, concurrency, memory, CPU, surge pods.
 * `totals`: what the whole app comes to: pods, CPU, memory, concurrency, surge pods; of that, the queue where there is one.
 */
export const { processes, totals } = declare(args, { handover: handover(clusterSettings()) });
