import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Drift } from "../../commands/drift/drift.ts";
import { driftOf } from "../../commands/drift/drift.ts";
import { driftJson, driftLine } from "../../commands/drift/print.ts";
import type { Examined } from "../../commands/drift/report.ts";
import { readReport } from "../../commands/drift/report.ts";

/** What a real Pulumi has printed, less what is not looked at. */
const recorded = async (name: string) => {
  const text = await readFile(join(import.meta.dirname, `fixtures/${name}.json`), "utf8");
  const report = readReport(text);
  if (!report) throw new Error("no report");
  return report;
};
const linesOf = (objects: readonly Examined[]) => objects.flatMap(driftOf).map(driftLine);

/** A Deployment of which Pulumi says that something differs; a test changes what it is about. */
const deployment = (given: Partial<Examined>): Examined => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  name: "shop-web",
  namespace: "shop",
  uid: "1",
  state: "changed",
  applied: { spec: { replicas: 2 } },
  now: { spec: { replicas: 5 } },
  differing: [["spec", "replicas"]],
  ignored: [],
  fieldManager: "us",
  ...given,
});

describe("what Pulumi reports", () => {
  test("is told in a line for each thing, and what is as it was not at all", async () => {
    const { objects } = await recorded("drifted");
    expect(linesOf(objects).toSorted()).toEqual([
      "Deployment shop-web: image of container app registry.example.com/shop:dev → registry.example.com/x:2",
      'Deployment shop-web: metadata.annotations["pulumi.com/patchForce"] true → none',
      "Deployment shop-web: replicas 2 → 5",
      "Deployment shop-web: resources.limits.memory of container app 512Mi → 1Gi",
      "Deployment shop-web: variable LOG_LEVEL of container app changed",
      "PodDisruptionBudget shop-web: deleted",
      "Service shop-web: spec.ports[0].port 80 → 81",
    ]);
    // Somebody has restarted the Deployment, too, and added a variable and an annotation: nothing
    // of ours.
    expect(JSON.stringify(objects)).not.toContain("restartedAt");
  });
  test("counts objects only: no component, no provider", async () => {
    const { objects } = await recorded("drifted");
    expect(objects.map(({ kind }) => kind).toSorted()).toEqual([
      "Deployment",
      "Namespace",
      "PodDisruptionBudget",
      "Secret",
      "Service",
    ]);
  });
  test("is no drift where Pulumi has applied it itself, in an update that did not come up", async () => {
    const { objects } = await recorded("not-come-up");
    expect(objects.flatMap(({ differing }) => differing)).toHaveLength(7);
    expect(linesOf(objects)).toEqual([]);
  });
  test("is as JSON what it is as lines", async () => {
    const { objects } = await recorded("drifted");
    const found = objects.flatMap(driftOf).map(driftJson);
    expect(found).toContainEqual({
      kind: "Deployment",
      name: "shop-web",
      namespace: "shop",
      change: "changed",
      path: "spec.replicas",
      before: 2,
      after: 5,
    });
    const budget = { kind: "PodDisruptionBudget", name: "shop-web", namespace: "shop" };
    expect(found).toContainEqual({ ...budget, change: "deleted" });
  });
});

describe("a Deployment that an autoscaler scales", () => {
  test("has not drifted by that, and has by all else", async () => {
    const { objects } = await recorded("autoscaled");
    // The engine keeps the number of the last update by hand in the inputs.
    expect(objects).toMatchObject([
      { applied: { spec: { selector: {} } }, ignored: [["spec", "replicas"]] },
    ]);
    expect(linesOf(objects)).toEqual([
      "Deployment shop-web: image of container app registry.example.com/shop:dev → registry.example.com/x:2",
    ]);
  });
  test("nor where Pulumi reports it for all ignoreChanges", async () => {
    const text = await readFile(join(import.meta.dirname, "fixtures/autoscaled.json"), "utf8");
    const reported = text.replace('"detailedDiff": {', '"detailedDiff": { "spec.replicas": {},');
    expect(reported).not.toBe(text);
    const { objects } = readReport(reported) ?? { objects: [] };
    expect(objects[0]?.differing).toContainEqual(["spec", "replicas"]);
    expect(linesOf(objects)).toHaveLength(1);
  });
  test("nor where the number is in no inputs", () => {
    expect(driftOf(deployment({ applied: { spec: {} }, now: { spec: {} } }))).toEqual([]);
  });
});

describe("values", () => {
  test("of 0 are numbers like others", () => {
    expect(linesOf([deployment({ now: { spec: { replicas: 0 } } })])).toEqual([
      "Deployment shop-web: replicas 2 → 0",
    ]);
  });
  const container = (fields: object) => ({
    spec: { template: { spec: { containers: [{ name: "app", ...fields }] } } },
  });
  const first = ["spec", "template", "spec", "containers", 0];
  const env = (value: string) => container({ env: [{ name: "TOKEN", value }] });
  const given = { name: "shop-secrets", kind: "Secret" };
  test.each<[string, Partial<Examined>, string]>([
    [
      "that are secret: the key",
      {
        ...given,
        applied: { stringData: "[secret]" },
        now: { stringData: "[secret]" },
        differing: [["stringData", "TOKEN"]],
      },
      "Secret shop-secrets: stringData.TOKEN changed",
    ],
    [
      "of a Secret that Pulumi does not mask",
      {
        ...given,
        applied: { data: {} },
        now: { data: { TOKEN: "hunter2" } },
        differing: [["data", "TOKEN"]],
      },
      "Secret shop-secrets: data.TOKEN added",
    ],
    [
      "of a ConfigMap",
      {
        kind: "ConfigMap",
        applied: { data: { k: "hunter1" } },
        now: { data: { k: "hunter2" } },
        differing: [["data", "k"]],
      },
      "ConfigMap shop-web: data.k changed",
    ],
    [
      "of variables",
      { applied: env("hunter1"), now: env("hunter2"), differing: [[...first, "env", 0, "value"]] },
      "Deployment shop-web: variable TOKEN of container app changed",
    ],
    [
      "of a variable that is new",
      { applied: container({}), now: env("hunter2"), differing: [[...first, "env", 0]] },
      "Deployment shop-web: variable TOKEN of container app added",
    ],
    [
      "in a map that is told as a whole",
      { applied: { spec: {} }, now: env("hunter2"), differing: [["spec", "template"]] },
      "Deployment shop-web: spec.template added",
    ],
    [
      "of a container",
      {
        applied: { spec: { template: { spec: { containers: [] } } } },
        now: env("hunter2"),
        differing: [first],
      },
      "Deployment shop-web: container app added",
    ],
  ])("are not shown %s", (_, fields, line) => {
    const drifts = driftOf(deployment(fields));
    expect(drifts.map(driftLine)).toEqual([line]);
    expect(JSON.stringify(drifts.map(driftJson))).not.toContain("hunter");
  });
  test("with spaces or line ends stay on one line", () => {
    const shown = (after: string) =>
      driftLine({
        object: deployment({}),
        change: "changed",
        path: ["spec", "x"],
        before: "a",
        after,
      });
    expect(shown("b c\nd")).toBe('Deployment shop-web: spec.x a → "b c\\nd"');
    expect(shown("")).toBe('Deployment shop-web: spec.x a → ""');
    expect(shown("x".repeat(500)).length).toBeLessThan(200);
  });
});

describe("who did it", () => {
  const drift: Drift = {
    object: deployment({}),
    change: "changed",
    path: ["spec", "replicas"],
    before: 2,
    after: 5,
  };
  test("is told, with the time where the cluster has noted one", () => {
    expect(driftLine({ ...drift, owner: { by: "kubectl scale" } })).toBe(
      "Deployment shop-web: replicas 2 → 5 (by kubectl scale)",
    );
    expect(driftLine({ ...drift, owner: { by: "kubectl-edit", at: "2026-11-25T01:46:18Z" } })).toBe(
      "Deployment shop-web: replicas 2 → 5 (by kubectl-edit, 2026-11-25 01:46 UTC)",
    );
  });
});

describe("what is no report, or one of a failure", () => {
  test("an unreachable cluster: Pulumi's reason, once", async () => {
    const { errors } = await recorded("unreachable");
    expect(errors).toEqual([
      "the Kubernetes provider has no usable kubeconfig: cannot reach the cluster at https://127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1",
    ]);
  });
  test("an unreachable cluster of which the provider was told to make nothing", () => {
    const message = "warning: configured Kubernetes cluster is unreachable: no route\n";
    const report = readReport(JSON.stringify({ diagnostics: [{ severity: "warning", message }] }));
    expect(report?.errors).toEqual(["configured Kubernetes cluster is unreachable: no route"]);
  });
  test.each([[""], ["Duration: 1s"], ["[]"], ['{"config":1}']])("%j is none", (text) => {
    expect(readReport(text)).toBeUndefined();
  });
  test("what waits to be deleted, or is only read, is not looked at", () => {
    const steps = [{ delete: true }, { external: true }].map((state) => ({
      op: "delete",
      oldState: { custom: true, type: "kubernetes:v1:Secret", urn: "a::b", ...state },
    }));
    expect(readReport(JSON.stringify({ steps }))?.objects).toEqual([]);
  });
});
