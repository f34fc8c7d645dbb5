import { describe, expect, test } from "vitest";
import type { EngineEvent } from "../../bench/clock/parts.ts";
import { partsOf } from "../../bench/clock/parts.ts";

const IN_CLUSTER = { asked: 2000, ready: 2500, available: 7500 };

const event = (at: number, kind: string, type = ""): EngineEvent => ({ at, kind, type });
const declared = (from: number): EngineEvent[] => [
  event(from, "preludeEvent"),
  event(from + 100, "resourcePreEvent", "pulumi:pulumi:Stack"),
  event(from + 200, "resourcePreEvent", "pulumi:providers:pulumi"),
  event(from + 300, "resourcePreEvent", "dash-scale:index:App"),
  event(from + 500, "resourcePreEvent", "kubernetes:apps/v1:Deployment"),
];

describe("the parts of a change", () => {
  test("with a preview: what its own program does in it is of the preview", () => {
    const events = [...declared(100), ...declared(1000), event(7600, "summaryEvent")];
    const engine = { started: 20, events };
    expect(partsOf({ begin: 0, end: 8000, ...IN_CLUSTER, engine })).toEqual({
      command: 0.02,
      start: 0.08,
      preview: 0.9,
      host: 0.1,
      program: 0.1,
      preflight: 0.1,
      provider: 0.2,
      patch: 0.5,
      pods: 0.5,
      minReady: 5,
      noticed: 0.1,
      end: 0.4,
    });
  });

  test("without one, and of another program, come to the whole time, too", () => {
    const events = [...declared(1000), event(7600, "summaryEvent")];
    for (const engine of [{ started: 20, events }, undefined]) {
      const parts = partsOf({ begin: 0, end: 8000, ...IN_CLUSTER, ...(engine && { engine }) });
      expect(parts.preview).toBeUndefined();
      expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBeCloseTo(8);
    }
  });

  test("are not made up where a mark is missing, or comes too early", () => {
    const engine = { started: 20, events: declared(1000) };
    expect(() => partsOf({ begin: 0, end: 8000, ...IN_CLUSTER, engine })).toThrow("summaryEvent");
    expect(() => partsOf({ begin: 3000, end: 8000, ...IN_CLUSTER })).toThrow("asked");
  });
});
