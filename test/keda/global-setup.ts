import process from "node:process";
import type { TestProject } from "vitest/node";
import { interruptible } from "../../commands/system/interrupt.ts";
import { toolsFolder } from "../../local/paths.ts";
import { reporter } from "../../local/system/progress.ts";
import { autoscalerSets } from "../../local/tools/autoscalers.ts";
import { findTools, ToolUnavailableError } from "../../local/tools/find.ts";
import type { Programs } from "../../local/tools/on-path.ts";
import { LACKS_HAPROXY } from "../support/haproxy.ts";
import { LACKS_REDIS } from "./redis.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Where KEDA's programs and definitions are; undefined where they cannot be had. */
    keda: Programs | undefined;
  }
}

/**
 * Finds KEDA, or builds it: the control plane is up already, by `test/e2e/global-setup.ts`. Without
 * Go there is none, since KEDA publishes images and no programs; where others wait for the result,
 * that is a failure.
 */
export default async function setup(project: TestProject): Promise<void> {
  const lacking = [...(LACKS_REDIS ? ["redis-server"] : []), ...(LACKS_HAPROXY ? ["haproxy"] : [])];
  if (lacking.length > 0)
    reporter().say(`Tests are skipped, since there is no ${lacking.join(" and no ")}`);
  try {
    const { programs } = await interruptible((signal) =>
      findTools(autoscalerSets.keda, { folder: toolsFolder(), report: reporter(), signal }),
    );
    project.provide("keda", programs);
  } catch (error) {
    if (!(error instanceof ToolUnavailableError) || process.env["CI"] !== undefined) throw error;
    reporter().say(`Tests are skipped, since KEDA cannot be had: ${error.lastReason}`);
    project.provide("keda", undefined);
  }
}
