import type { ComponentResourceOptions } from "@pulumi/pulumi";
import { App } from "../components/app.ts";
import type { AppPlan } from "../components/plan/app-plan.ts";
import type { GuardedApp } from "./guarded-app.ts";
import { guardedApp } from "./guarded-app.ts";
import { isUnderMocks } from "./mocks.ts";
import { outputsOf } from "./outputs.ts";
import { settingsFor } from "./provider-settings.ts";

interface Options extends ComponentResourceOptions {
  /** As that of `withPreflight`. */
  readonly outputName?: string;
}

/**
 * Declares what was planned, as `withPreflight` does.
 *
 * @throws ConfigError with all that is wrong with the change, before anything is declared
 */
export async function planWithPreflight(
  name: string,
  plan: AppPlan,
  { outputName = camelCase(name), ...opts }: Options,
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
