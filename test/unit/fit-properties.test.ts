import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ClusterNode, NamespacePod } from "../../components/fit/capacity.ts";
import { placePods } from "../../components/fit/placement.ts";
import type { PlacedPod } from "../../components/fit/scheduler-simulation.ts";
import { tryRollout } from "../../components/fit/rollout.ts";
import type { PodDemand } from "../../components/fit/pod-demand.ts";
import { amountsOf } from "../../components/fit/pod-demand.ts";
import { SPREADS } from "../../components/manifest/placement.ts";
import { node, pod, SIZE, demandOf } from "../support/fit.ts";

const names = ["a", "b", "c", "d"];
const units = fc.integer({ min: 0, max: 8 });

/** Sizes of a few whole units, so that nodes are filled up often. */
const sizes = fc
  .record({ cpu: units, memory: units, storage: units })
  .map(({ cpu, memory, storage }) => ({
    cpu: String(cpu),
    memory: `${memory}Gi`,
    storage: `${storage}Gi`,
  }));

const nodes: fc.Arbitrary<ClusterNode[]> = fc
  .tuple(...names.map((name) => fc.tuple(fc.constant(name), fc.boolean(), units, units, sizes)))
  .map((all) =>
    all.map(([name, open, mostPods, others, allocatable]) =>
      node(name, {
        open,
        mostPods,
        pods: Math.min(others, mostPods),
        allocatable: amountsOf(allocatable),
      }),
    ),
  );

const kinds: fc.Arbitrary<PodDemand[]> = fc
  .tuple(
    ...["web", "worker"].map((type) =>
      fc
        .record({ min: units, more: units, size: sizes, spread: fc.constantFrom(...SPREADS) })
        .map(({ min, more, size, spread }) =>
          demandOf({ type, min, max: min + more, size, spread, surge: 2 }),
        ),
    ),
  )
  .map((all) => all);

/** Pods that run, each of the size that is wanted unless a test says otherwise. */
const running = (demand: readonly PodDemand[]): fc.Arbitrary<NamespacePod[]> =>
  fc
    .array(fc.tuple(fc.nat(), fc.constantFrom(...names), fc.boolean()), { maxLength: 8 })
    .map((all) =>
      all.flatMap(([index, on, ending]) => {
        const kind = demand[index % demand.length];
        return kind
          ? [pod(on, { instance: kind.name, ending, requests: amountsOf(kind.size) })]
          : [];
      }),
    );

const clusters = fc
  .tuple(nodes, kinds)
  .chain(([on, demand]) =>
    fc.record({ on: fc.constant(on), demand: fc.constant(demand), pods: running(demand) }),
  );

function onNode(held: readonly PlacedPod[], name: string): PlacedPod[] {
  return held.filter(({ node: on }) => on === name);
}

describe("whatever the cluster and whatever is wanted", () => {
  test("no node gets more pods than it has room for", () => {
    fc.assert(
      fc.property(nodes, kinds, (on, demand) => {
        const held = placePods(demand, { nodes: on, pods: [] }).placements.flatMap(
          (it) => it.placed,
        );
        for (const { name, open, allocatable, mostPods, pods } of on) {
          const own = onNode(held, name);
          expect(own.length).toBeLessThanOrEqual(open ? mostPods - pods : 0);
          for (const resource of ["cpu", "memory", "storage"] as const) {
            const sum = own.reduce((total, { size }) => total + size[resource], 0n);
            expect(sum <= allocatable[resource]).toBe(true);
          }
        }
      }),
    );
  });

  test("what is placed and what stays Pending is what is wanted, and one more would not fit", () => {
    fc.assert(
      fc.property(clusters, ({ on, demand, pods }) => {
        const { simulation, placements } = placePods(demand, { nodes: on, pods });
        for (const { demand: kind, target, placed, pending } of placements) {
          expect(placed.length + pending).toBe(target);
          expect(target).toBeGreaterThanOrEqual(kind.min);
          expect(target).toBeLessThanOrEqual(kind.max);
          const more = { group: kind.name, size: amountsOf(kind.size), spread: kind.spread };
          expect(pending === 0 || simulation.copy().place(more) === undefined).toBe(true);
        }
      }),
    );
  });

  test("with spread: required no two that come share a node", () => {
    fc.assert(
      fc.property(clusters, ({ on, demand, pods }) => {
        const required = demand.map((kind) => ({ ...kind, spread: "required" as const }));
        for (const { placed } of placePods(required, { nodes: on, pods }).placements) {
          expect(new Set(placed.map(({ node: name }) => name)).size).toBe(placed.length);
        }
      }),
    );
  });

  test("a larger scale moves no pod that runs", () => {
    fc.assert(
      fc.property(clusters, ({ on, demand, pods }) => {
        const larger = demand.map((kind) => ({
          ...kind,
          spread: "preferred" as const,
          min: 9,
          max: 9,
        }));
        for (const { demand: kind, placed, replaced } of placePods(larger, { nodes: on, pods })
          .placements) {
          const before = pods.filter(({ instance, ending }) => instance === kind.name && !ending);
          expect(replaced).toEqual([]);
          for (const name of names) {
            const stayed = before.filter(({ node: where }) => where === name).length;
            expect(onNode(placed, name).length).toBeGreaterThanOrEqual(stayed);
          }
        }
      }),
    );
  });

  test("a smaller scale adds no pod anywhere", () => {
    fc.assert(
      fc.property(clusters, ({ on, demand, pods }) => {
        const none = demand.map((kind) => ({ ...kind, spread: "off" as const, min: 0, max: 2 }));
        for (const { demand: kind, placed } of placePods(none, { nodes: on, pods }).placements) {
          const before = pods.filter(({ instance, ending }) => instance === kind.name && !ending);
          expect(placed.length).toBe(Math.min(before.length, 2));
          for (const name of names) {
            const stayed = before.filter(({ node: where }) => where === name).length;
            expect(onNode(placed, name).length).toBeLessThanOrEqual(stayed);
          }
        }
      }),
    );
  });

  test("a rollout is tried to its end, and leaves the board as it was", () => {
    fc.assert(
      fc.property(clusters, ({ on, demand, pods }) => {
        const { simulation, placements } = placePods(demand, { nodes: on, pods });
        const pieces = () =>
          names.map((name) => demand.map((kind) => simulation.count(kind.name, name)));
        const before = pieces();
        for (const placement of placements) {
          const { room } = tryRollout(simulation, placement);
          expect(room).toBeLessThanOrEqual(placement.demand.surge);
        }
        expect(pieces()).toEqual(before);
      }),
    );
  });
});

test("the order of nodes and of pods decides nothing", () => {
  fc.assert(
    fc.property(nodes, fc.nat({ max: 12 }), (on, replicas) => {
      const counts = (given: readonly ClusterNode[]) => {
        const demand = [demandOf({ replicas, size: { ...SIZE, cpu: "1", memory: "1Gi" } })];
        const [placement] = placePods(demand, { nodes: given, pods: [] }).placements;
        return names.map((name) => onNode(placement?.placed ?? [], name).length);
      };
      expect(counts(on.toReversed())).toEqual(counts(on));
    }),
  );
});
