import { planStack } from "../components/plan/app-plan.ts";
import { clusterSettings, stackConfig } from "./engine-config.ts";
import { dropDebugMessages } from "./debug-messages.ts";
import { guardedApp } from "./guarded-app.ts";
import { declare } from "./program.ts";

dropDebugMessages();
// Planned once, for the preflight and for what is declared.
const plan = planStack(stackConfig());
const { outputs } = await guardedApp(plan, { settings: clusterSettings(), declare });

/** The stack's outputs. */
export default outputs;
