import type { TestProject } from "vitest/node";
import { interruptible } from "../../commands/system/interrupt.ts";
import { toolsFolder } from "../../local/paths.ts";
import { reporter } from "../../local/system/progress.ts";
import { autoscalerSets } from "../../local/tools/autoscalers.ts";
import { findTools } from "../../local/tools/find.ts";
import type { Programs } from "../../local/tools/on-path.ts";
import { LACKS_HAPROXY } from "../support/haproxy.ts";
import { LACKS_REDIS } from "./redis.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Where KEDA's programs and definitions are. */
    keda: Programs;
  }
}

/** Finds KEDA, or builds it: the control plane is up already, by `test/e2e/global-setup.ts`. */
export default async function setup(project: TestProject): Promise<void> {
  const lacking = [...(LACKS_REDIS ? ["redis-server"] : []), ...(LACKS_HAPROXY ? ["haproxy"] : [])];
  if (lacking.length > 0)
    reporter().say(`Tests are skipped, since there is no ${lacking.join(" and no ")}`);
  const { programs } = await interruptible((signal) =>
    findTools(autoscalerSets.keda, { folder: toolsFolder(), report: reporter(), signal }),
  );
  project.provide("keda", programs);
}
