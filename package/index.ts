/** What `import … from "dash-scale"` gives. */
export type { AppOptions } from "../components/app.ts";
export { App, planApp } from "../components/app.ts";
export type { AppArgs } from "../components/config/app-args.ts";
export type { Problem, Warning } from "../components/config/errors.ts";
export { ConfigError } from "../components/config/errors.ts";
export type {
  AppSettings,
  AttachedServiceSettings,
  GuardSettings,
  NetworkSettings,
  ProcessOptions,
  ProcessScale,
  QueueSettings,
  ServiceAccountSettings,
  ServiceSettings,
} from "../components/config/types.ts";
export type { Cost } from "../components/cost/cost.ts";
export { costOf } from "../components/cost/cost.ts";
export type { AppPlan } from "../components/plan/app-plan.ts";
export type { GuardedApp } from "../infra/guarded-app.ts";
export type { AppOutputs } from "../infra/outputs.ts";
export type { PreflightOptions } from "../infra/with-preflight.ts";
export { withPreflight } from "../infra/with-preflight.ts";
