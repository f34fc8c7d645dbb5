/** What `import … from "dash-scale"` gives. */
export type { AppOptions } from "../components/app.ts";
export { App } from "../components/app.ts";
export type { Problem, Warning } from "../components/config/errors.ts";
export { ConfigError } from "../components/config/errors.ts";
export type * from "../components/config/types.ts";
export type { Cost } from "../components/cost/cost.ts";
export { costOf } from "../components/cost/cost.ts";
export type { AppPlan } from "../components/plan/app-plan.ts";
export { planApp } from "../components/plan/app-plan.ts";
