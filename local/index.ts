import type { LocalCommands } from "../commands/local.ts";
import { ROOT } from "../infra/root.ts";
import { localVerbs } from "./verbs.ts";

/** What commands know of this folder. The work is loaded when it is known that there is some. */
export const local: LocalCommands = {
  verbs: localVerbs,
  toolsFor: async (stack) => {
    const { openEnvironment } = await import("./environment.ts");
    const { pathsOfCheckout } = await import("./paths.ts");
    const { mustBeLocal } = await import("./pulumi/stack-files.ts");
    await mustBeLocal(ROOT, stack);
    const { programs, env } = await openEnvironment(pathsOfCheckout());
    return { ...programs, env, project: ROOT };
  },
  prepare: async (stack, before) => {
    const { openEnvironment } = await import("./environment.ts");
    const { pathsOfCheckout } = await import("./paths.ts");
    const { ensureStack } = await import("./pulumi/stack.ts");
    const { recoverFromKilledRun } = await import("./pulumi/killed-run.ts");
    const { reporter } = await import("./system/progress.ts");
    const environment = await openEnvironment(pathsOfCheckout());
    await ensureStack(environment, stack);
    // A preview changes nothing, not even that.
    return before === "up" ? recoverFromKilledRun(environment, stack, reporter()) : {};
  },
};
