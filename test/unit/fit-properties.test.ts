import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ClusterNode, NamespacePod } from "../../components/fit/capacity.ts";
import { place } from "../../components/fit/placement.ts";
import type { Held } from "../../components/fit/scheduler-simulation.ts";
import { tryRollout } from "../../components/fit/rollout.ts";
import type { Wanted } from "../../components/fit/pod-demand.ts";
import { amountsOf } from "../../components/fit/pod-demand.ts";
import { SPREADS } from "../../components/manifest/placement.ts";
import { node, pod, SIZE, wantedOf } from "../support/fit.ts";

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

const kinds: fc.Arbitrary<Wanted[]> = fc
  .tuple(
    ...["web", "worker"].map((type) =>
      fc
        .record({ least: units, more: units, size: sizes, spread: fc.constantFrom(...SPREADS) })
        .map(({ least, more, size, spread }) =>
          wantedOf({ type, least, most: least + more, size, spread, surge: 2 }),
        ),
    ),
  )
  .map((all) => all);

/** Pods that run, each of the size that is wanted unless a test says otherwise. */
const running = (wanted: readonly Wanted[]): fc.Arbitrary<NamespacePod[]> =>
  fc
    .array(fc.tuple(fc.nat(), fc.constantFrom(...names), fc.boolean()), { maxLength: 8 })
    .map((all) =>
      all.flatMap(([index, on, ending]) => {
        const kind = wanted[index % wanted.length];
        return kind
          ? [pod(on, { instance: kind.name, ending, requests: amountsOf(kind.size) })]
          : [];
      }),
    );

const clusters = fc
  .tuple(nodes, kinds)
  .chain(([on, wanted]) =>
    fc.record({ on: fc.constant(on), wanted: fc.constant(wanted), pods: running(wanted) }),
  );

function onNode(held: readonly Held[], name: string): Held[] {
  return held.filter(({ node: on }) => on === name);
}

describe("whatever the cluster and whatever is wanted", () => {
  test("no node gets more pods than it has room for", () => {
    fc.assert(
      fc.property(nodes, kinds, (on, wanted) => {
        const held = place(wanted, { nodes: on, pods: [] }).placements.flatMap((it) => it.held);
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
      fc.property(clusters, ({ on, wanted, pods }) => {
        const { board, placements } = place(wanted, { nodes: on, pods });
        for (const { wanted: kind, target, held, pending } of placements) {
          expect(held.length + pending).toBe(target);
          expect(target).toBeGreaterThanOrEqual(kind.least);
          expect(target).toBeLessThanOrEqual(kind.most);
          const more = { group: kind.name, size: amountsOf(kind.size), spread: kind.spread };
          expect(pending === 0 || board.copy().place(more) === undefined).toBe(true);
        }
      }),
    );
  });

  test("with spread: required no two that come share a node", () => {
    fc.assert(
      fc.property(clusters, ({ on, wanted, pods }) => {
        const required = wanted.map((kind) => ({ ...kind, spread: "required" as const }));
        for (const { held } of place(required, { nodes: on, pods }).placements) {
          expect(new Set(held.map(({ node: name }) => name)).size).toBe(held.length);
        }
      }),
    );
  });

  test("a larger scale moves no pod that runs", () => {
    fc.assert(
      fc.property(clusters, ({ on, wanted, pods }) => {
        const larger = wanted.map((kind) => ({
          ...kind,
          spread: "preferred" as const,
          least: 9,
          most: 9,
        }));
        for (const { wanted: kind, held, replaced } of place(larger, { nodes: on, pods })
          .placements) {
          const before = pods.filter(({ instance, ending }) => instance === kind.name && !ending);
          expect(replaced).toEqual([]);
          for (const name of names) {
            const stayed = before.filter(({ node: where }) => where === name).length;
            expect(onNode(held, name).length).toBeGreaterThanOrEqual(stayed);
          }
        }
      }),
    );
  });

  test("a smaller scale adds no pod anywhere", () => {
    fc.assert(
      fc.property(clusters, ({ on, wanted, pods }) => {
        const none = wanted.map((kind) => ({ ...kind, spread: "off" as const, least: 0, most: 2 }));
        for (const { wanted: kind, held } of place(none, { nodes: on, pods }).placements) {
          const before = pods.filter(({ instance, ending }) => instance === kind.name && !ending);
          expect(held.length).toBe(Math.min(before.length, 2));
          for (const name of names) {
            const stayed = before.filter(({ node: where }) => where === name).length;
            expect(onNode(held, name).length).toBeLessThanOrEqual(stayed);
          }
        }
      }),
    );
  });

  test("a rollout is tried to its end, and leaves the board as it was", () => {
    fc.assert(
      fc.property(clusters, ({ on, wanted, pods }) => {
        const { board, placements } = place(wanted, { nodes: on, pods });
        const pieces = () =>
          names.map((name) => wanted.map((kind) => board.count(kind.name, name)));
        const before = pieces();
        for (const placement of placements) {
          const { room } = tryRollout(board, placement);
          expect(room).toBeLessThanOrEqual(placement.wanted.surge);
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
        const wanted = [wantedOf({ replicas, size: { ...SIZE, cpu: "1", memory: "1Gi" } })];
        const [placement] = place(wanted, { nodes: given, pods: [] }).placements;
        return names.map((name) => onNode(placement?.held ?? [], name).length);
      };
      expect(counts(on.toReversed())).toEqual(counts(on));
    }),
  );
});
