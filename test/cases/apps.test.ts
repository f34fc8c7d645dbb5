import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { costOf } from "../../components/cost/cost.ts";
import type { Problem } from "../../components/config/errors.ts";
import { ConfigError } from "../../components/config/errors.ts";
import type { AppPlan } from "../../components/plan/app-plan.ts";
import { planStack } from "../../components/plan/app-plan.ts";
import { argsOf } from "../support/plan.ts";

const FOLDER = join(import.meta.dirname, "apps");

/** A place, and words that the message there has. */
type Said = readonly [location: string, words: string];

/** What somebody who knows the programs expects of an app. */
interface Expected {
  readonly why: string;
  readonly problems?: readonly Said[];
  readonly warnings?: readonly Said[];
  readonly notes?: readonly Said[];
  /** By process type; each is a part of its plan. */
  readonly plans?: Readonly<Record<string, object>>;
  /** A part of how requests reach `web`. */
  readonly traffic?: object;
  /** A part of the release phase's plan. */
  readonly release?: object;
  /** Ports that the pods may reach, besides DNS and 443. */
  readonly egress?: readonly object[];
  /** Requests at once, of all; null: unknown. */
  readonly concurrency?: number | null;
}

type Judged = Pick<
  AppPlan,
  "warnings" | "notes" | "processes" | "network" | "traffic" | "release"
> & {
  readonly problems: readonly Problem[];
};

function judged(name: string): Judged {
  const { config } = parse(readFileSync(join(FOLDER, name, "stack.yaml"), "utf8"));
  const { "dash-scale:app": app, ...others } = config;
  const more = Object.fromEntries(
    Object.entries(others).map(([key, value]) => [key.replace("dash-scale:", ""), value]),
  );
  // What an app is made with is told by evidence alone.
  const own = { framework: undefined, ...app, procfile: join(FOLDER, name, "Procfile") };
  const args = argsOf({ app: own, more });
  try {
    return { ...planStack(args), problems: [] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const nothing = { warnings: [], notes: [], processes: [] };
    const missing = { network: undefined, traffic: undefined, release: undefined };
    return { ...nothing, ...missing, problems: error.problems };
  }
}

/** What was found, cut to the words that are expected of it. */
function said(found: readonly Problem[], expected: readonly Said[] = []): Said[] {
  return found.map(({ location, message }, index) => {
    const words = expected[index]?.[1];
    return [location, words !== undefined && message.includes(words) ? words : message];
  });
}

describe("an app as people have it", () => {
  test.each(readdirSync(FOLDER))("%s", (name) => {
    const file = join(FOLDER, name, "expected.json");
    const expected: Expected = JSON.parse(readFileSync(file, "utf8"));
    const found = judged(name);
    const { problems, warnings, notes, processes, network, traffic, release } = found;
    expect({
      problems: said(problems, expected.problems),
      warnings: said(warnings, expected.warnings),
      notes: said(notes, expected.notes),
      egress: network?.attached ?? [],
    }).toEqual({
      problems: expected.problems ?? [],
      warnings: expected.warnings ?? [],
      notes: expected.notes ?? [],
      egress: expected.egress ?? [],
    });
    const plans = Object.fromEntries(processes.map((plan) => [plan.type, plan]));
    expect({ plans, traffic, release }).toMatchObject({
      plans: expected.plans ?? {},
      ...(expected.traffic === undefined ? {} : { traffic: expected.traffic }),
      ...(expected.release === undefined ? {} : { release: expected.release }),
    });
    const { concurrency = null } = costOf({ processes, traffic }).totals;
    expect(concurrency).toBe(
      expected.concurrency === undefined ? concurrency : expected.concurrency,
    );
  });
});
