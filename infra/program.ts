import { getProject } from "@pulumi/pulumi";
import type { AppOptions } from "../components/app.ts";
import { App } from "../components/app.ts";
import type { AppPlan } from "../components/plan/app-plan.ts";

/**
 * Declares all that a stack has. Apart from the entry, so that commands declare it without an
 * engine or a cluster.
 */
export function declare(plan: AppPlan, options: AppOptions): App {
  return new App(getProject(), plan, options);
}
