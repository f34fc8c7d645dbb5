import { readdir, readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import type { Right, Table } from "../support/rights.ts";
import { manifestsOf, resourceName, rightsOf, tables, VERBS } from "../support/rights.ts";

const EXPECTED = resolve(import.meta.dirname, "../manifest/expected");
const MANAGED = ["create", "get", "patch", "delete", "list", "watch"];

const named = (right: Right) =>
  [resourceName(right), ...right.names.filter((name) => name === "kube-system"), right.verb].join(
    " ",
  );
const needed = (table: Table) =>
  [...table].filter(([, without]) => without !== "-").map(([right]) => right);

test("rbac.yaml gives what the table of docs/operate/access.md says, and nothing else", async () => {
  const given = (await rightsOf("rbac.yaml")).map(named);
  expect(given.toSorted()).toEqual(needed((await tables()).namespace).toSorted());
});

test("the two others give what the table of the cluster says, and nothing else", async () => {
  const given = [
    ...(await rightsOf("rbac-cluster.yaml")),
    ...(await rightsOf("rbac-namespace.yaml")),
  ];
  expect(given.map(named).toSorted()).toEqual(needed((await tables()).cluster).toSorted());
});

test("nothing is given by a wildcard, and no verb that gives more than it says", async () => {
  for (const file of ["rbac.yaml", "rbac-cluster.yaml", "rbac-namespace.yaml"]) {
    for (const right of await rightsOf(file)) {
      expect(VERBS).toContain(right.verb);
      expect(`${right.group}${right.resource}`).not.toContain("*");
    }
  }
});

test("every kind that dash-scale declares may be managed, and no other", async () => {
  const declared = new Set<string>();
  for (const file of await readdir(EXPECTED)) {
    const documents = parseAllDocuments(await readFile(resolve(EXPECTED, file), "utf8"));
    for (const document of documents) {
      const { apiVersion, kind }: { apiVersion: string; kind: string } = document.toJS();
      declared.add(resourceOf(apiVersion, kind));
    }
  }
  // Of the doors, no example has this one.
  declared.add("destinationrules.networking.istio.io");
  // It follows from a Secret of the cluster, which nobody reads for an example.
  declared.add("triggerauthentications.keda.sh");
  const rights = [...(await rightsOf("rbac.yaml")), ...(await rightsOf("rbac-namespace.yaml"))];
  const verbs = Map.groupBy(rights, resourceName);
  const managed = [...verbs].filter(([, given]) =>
    MANAGED.every((verb) => given.some((right) => right.verb === verb)),
  );
  expect(managed.map(([resource]) => resource).toSorted()).toEqual([...declared].toSorted());
});

test("the namespace has the labels that dash-scale would give it", async () => {
  const namespace = (await manifestsOf("rbac.yaml")).find(({ kind }) => kind === "Namespace");
  const rendered = parseAllDocuments(await readFile(resolve(EXPECTED, "production.yaml"), "utf8"))
    .map((document): { kind: string; metadata: { labels: Record<string, string> } } =>
      document.toJS(),
    )
    .find(({ kind }) => kind === "Namespace");
  const security = Object.entries(rendered?.metadata.labels ?? {}).filter(([label]) =>
    label.startsWith("pod-security"),
  );
  expect(security).toHaveLength(3);
  expect(namespace?.metadata).toMatchObject({ labels: Object.fromEntries(security) });
});

/** `apps/v1` and `Deployment` make `deployments.apps`. */
function resourceOf(apiVersion: string, kind: string): string {
  const group = apiVersion.includes("/") ? `.${apiVersion.split("/")[0] ?? ""}` : "";
  const plural = kind.endsWith("y")
    ? `${kind.slice(0, -1)}ies`
    : `${kind}${kind.endsWith("s") ? "es" : "s"}`;
  return `${plural.toLowerCase()}${group}`;
}
