import { describe, expect, test } from "vitest";
import { costOf } from "../../components/cost/cost.ts";
import type { Cost } from "../../components/cost/cost.ts";
import { growingTypes } from "../../components/cost/change.ts";
import { costFromOutputs } from "../../components/cost/outputs.ts";
import { planOf } from "../support/plan.ts";

const cost = (web: object, app = {}): Cost => costOf(planOf({ scale: { web }, app }));
const BEFORE = { replicas: 4, memory: "512Mi", cpu: "250m", storage: "1Gi" };

describe("a change asks the cluster for more", () => {
  test.each<[string, object, boolean]>([
    ["nothing", {}, false],
    ["a replica more", { replicas: 5 }, true],
    ["a replica less", { replicas: 3 }, false],
    ["memory", { memory: "1Gi" }, true],
    ["CPU", { cpu: "1" }, true],
    ["local disk", { storage: "500Gi" }, true],
    ["a node for each", { spread: "required" }, true],
    ["none of it any more", { replicas: 0, storage: "500Gi" }, false],
  ])("%s", (_, change, expected) => {
    const growing = growingTypes(cost(BEFORE), cost({ ...BEFORE, ...change }));
    expect([...growing]).toEqual(expected ? ["web"] : []);
  });
  test("a proxy", () => {
    expect([...growingTypes(cost(BEFORE), cost(BEFORE, { proxy: "haproxy" }))]).toEqual(["proxy"]);
  });
  test("outputs that lack a field are not those of this program, and all that runs counts as new", () => {
    const { processes, totals } = cost(BEFORE);
    expect(costFromOutputs({ processes, totals })).toEqual(cost(BEFORE));
    const { storage, ...web } = processes["web"] ?? {};
    const last = costFromOutputs({ processes: { ...processes, web }, totals });
    expect([storage, last]).toEqual(["4Gi", undefined]);
    expect([...growingTypes(last, cost(BEFORE))]).toEqual(["web", "worker"]);
  });
});
