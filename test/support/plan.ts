import type { StackArgs } from "../../components/config/types.ts";
import type { AppPlan } from "../../components/plan/app-plan.ts";
import { planStack } from "../../components/plan/app-plan.ts";
import type { Problem } from "../../components/config/errors.ts";
import { ConfigError } from "../../components/config/errors.ts";
import { isMap } from "../../components/config/is-map.ts";
import type { ProcessPlan, RunningPlan } from "../../components/plan/process-plan.ts";
import { isRunning } from "../../components/plan/process-plan.ts";

/** A stack, as a test writes it down: anything left out is as small as it can be. */
export interface GivenStack {
  readonly procfile?: string;
  /** `dash-scale:app`, merged over a valid one unless it is no map. */
  readonly app?: unknown;
  readonly scale?: unknown;
  readonly processes?: unknown;
  readonly secrets?: unknown;
  /** Further `dash-scale:` keys. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** The args that a stack file of this content leads to. */
export function argsOf({
  procfile = "web: gunicorn index:server\nworker: celery -A app worker\n",
  ...given
}: GivenStack): StackArgs {
  const valid = {
    name: "shop",
    image: "registry.example.com/shop:1.4.2",
    procfile: { text: procfile },
    framework: "dash",
  };
  const app = isMap(given.app) || given.app === undefined ? { ...valid, ...given.app } : given.app;
  const args: unknown = {
    app,
    ...(given.scale === undefined ? {} : { scale: given.scale }),
    ...(given.processes === undefined ? {} : { processes: given.processes }),
    ...(given.secrets === undefined ? {} : { secrets: given.secrets }),
    ...given.more,
  };
  // What a file says has no type, and the checks of exactly that are under test.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return args as StackArgs;
}

export function planOf(given: GivenStack): AppPlan {
  return planStack(argsOf(given));
}

/** The plan of one process type. */
export function processOf(given: GivenStack, type = "web"): ProcessPlan {
  const found = planOf(given).processes.find((plan) => plan.type === type);
  if (!found) throw new Error(`the plan has no ${type}`);
  return found;
}

/** The plan of one process type that always runs. */
export function runningOf(given: GivenStack, type = "web"): RunningPlan {
  const plan = processOf(given, type);
  if (!isRunning(plan)) throw new Error(`${type} runs by the clock`);
  return plan;
}

/** All that is wrong with a stack; empty where nothing is. */
export function problemsOf(given: GivenStack): readonly Problem[] {
  try {
    planOf(given);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}
