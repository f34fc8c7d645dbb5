import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { Right, Table } from "../support/rights.ts";
import { resourceName, rightsOf, tables } from "../support/rights.ts";
import { Account } from "./account.ts";
import { Project } from "./project.ts";
import { suiteEnvironment } from "./suite.ts";
import type { Update } from "./update.ts";

const ROLE = "dash-scale-pipeline";
/** Stands for the kinds that are not Kubernetes' own: the API server asks no more of it. */
const CUSTOM = "destinationrules.networking.istio.io";
const OTHER_CUSTOM = /\.(keda\.sh|gateway\.networking\.k8s\.io|gateway\.envoyproxy\.io)$/;
/**
 * What is declared at once, each layer after the one before it: only so can several be missed in
 * one `up`.
 */
const LAYERS = [
  ["serviceaccounts", "secrets", "networkpolicies.networking.k8s.io"],
  ["jobs.batch", "services", "configmaps"],
  ["deployments.apps", "statefulsets.apps", "cronjobs.batch"],
  ["horizontalpodautoscalers.autoscaling", "poddisruptionbudgets.policy"],
  ["ingresses.networking.k8s.io", CUSTOM],
];

const named = (right: Right) => `${resourceName(right)} ${right.verb}`;
/** Without some verbs of some resources. */
const without = (rights: readonly Right[], verb: string, resources: readonly string[]) =>
  rights.filter((right) => right.verb !== verb || !resources.includes(resourceName(right)));

/** The same, as they go: what others depend on stays until those are gone. */
const LEAVING = [
  ["ingresses.networking.k8s.io", CUSTOM, "poddisruptionbudgets.policy"],
  ["deployments.apps", "services", "cronjobs.batch"],
  ["horizontalpodautoscalers.autoscaling", "statefulsets.apps"],
  ["jobs.batch", "configmaps"],
  ["serviceaccounts", "secrets", "networkpolicies.networking.k8s.io"],
];

/** How the API server says that a right is missing. */
function refusal(verb: string, resource: string, namespace?: string): RegExp {
  const [name = "", ...group] = resource.split(".");
  const where =
    namespace === undefined ? "at the cluster scope" : `in the namespace "${namespace}"`;
  return new RegExp(
    `User "system:serviceaccount:[-a-z]+:pipeline" cannot ${verb} resource "${name}" in API group "${group.join(".")}" ${where}`,
  );
}

/** Of some resources those whose lack of a right did not end an update, or was not told. */
function unrefused(
  { status, output }: Pick<Update, "status" | "output">,
  verb: string,
  { resources, namespace }: { resources: readonly string[]; namespace?: string },
): string[] {
  return resources.filter((it) => status === 0 || !refusal(verb, it, namespace).test(output));
}

/** Has all that is done with a project be done with the account's rights. */
async function actAs(account: Account, project: Project): Promise<void> {
  const file = await project.write("pipeline.kubeconfig", await account.kubeconfig());
  await project.mustPulumi("config", "set", "kubernetes:kubeconfig", file);
}

async function removeBoth(account: Account, project: Project): Promise<void> {
  await project.mustPulumi("config", "rm", "kubernetes:kubeconfig");
  await project.remove();
  await account.remove();
}

// One app through its life: each test goes on from where the one before it left off.
describe("a pipeline with a role in the app's namespace", { timeout: 300_000 }, () => {
  const NAME = "access";
  const SCALE = { web: 2, worker: { min: 1, max: 3, cpu: 80 } };
  let project: Project;
  let account: Account;
  let table: Table;
  /** All that `up` does not succeed without, and no other right. */
  let rights: Right[];

  const grant = (given: readonly Right[]) => account.grant(ROLE, given);
  const up = (...flags: string[]) => project.up("--continue-on-error", ...flags);
  /** Changes a label of every object of some resources by hand. */
  const drift = (resources: readonly string[]) =>
    project.kubectl(
      "label",
      resources.join(),
      "--namespace",
      NAME,
      "--selector",
      `app.kubernetes.io/name=${NAME}`,
      "--overwrite",
      "app.kubernetes.io/managed-by=somebody",
    );

  beforeAll(async () => {
    const environment = await suiteEnvironment(inject("paths"));
    table = (await tables()).namespace;
    const all = await rightsOf("rbac.yaml");
    rights = all
      .filter((right) => ["stops", "refused"].includes(table.get(named(right)) ?? ""))
      .filter((right) => !OTHER_CUSTOM.test(resourceName(right)));
    account = await Account.create(environment, NAME, ["rbac.yaml"]);
    project = await Project.create(environment, {
      name: NAME,
      procfile:
        "web: gunicorn index:server\nworker: celery -A tasks worker\nrelease: migrate\nnightly: report\n",
      app: {
        createNamespace: false,
        proxy: "haproxy",
        host: "shop.example.com",
        ingress: { className: "istio", controller: "istio" },
      },
      scale: SCALE,
      more: { processes: { nightly: { schedule: "0 3 * * *" } } },
    });
    await project.apply(customResource());
    await project.setSecret("TOKEN", "canary");
    await actAs(account, project);
  });
  afterAll(async () => {
    await removeBoth(account, project);
    await project.kubectl("delete", "crd", CUSTOM);
  });

  test("covers every kind", () => {
    const managed = new Set(rights.filter(({ verb }) => verb === "create").map(resourceName));
    expect([...managed].toSorted()).toEqual(LAYERS.flat().toSorted());
  });

  test("is warned of what it does not know without the rights to read", async () => {
    await grant(rights);
    const { status, output } = await project.preview();
    expect(status).toBe(0);
    const hidden = ["nodes", "the resourcequotas", "the limitranges"];
    for (const what of hidden) {
      expect(output).toMatch(new RegExp(`no right to list ${what}.*not checked`));
    }
  });

  test("is told of each resource that it cannot list, before anything is changed", async () => {
    const needed = rights.filter((right) => right.verb === "list").map(resourceName);
    await grant(without(rights, "list", needed));
    const begun = performance.now();
    const { status, output } = await project.up();
    expect(status).not.toBe(0);
    expect(performance.now() - begun).toBeLessThan(60_000);
    expect(output).toContain("nothing was changed");
    const told = /the account has no right to (.*) in namespace access\./.exec(output)?.[1] ?? "";
    const expected = needed.map((resource) => `list ${resource}`);
    expect(told.split(", ").toSorted()).toEqual(expected.toSorted());
    const names = ["--namespace", NAME, "--output", "name"];
    expect(await project.kubectl("get", "deployments,jobs,services", ...names)).toBe("");
  });

  test.each(LAYERS.map((layer, index) => ({ layer, index })))(
    "cannot create $layer without the right to",
    async ({ layer, index }) => {
      await grant(without(rights, "create", LAYERS.slice(index).flat()));
      expect(unrefused(await up(), "create", { resources: layer, namespace: NAME })).toEqual([]);
    },
  );

  test("creates everything, scales it, and nothing is left to do", async () => {
    await grant(rights);
    await project.mustUp();
    expect(await project.deployments()).toHaveLength(2);
    await project.change({ scale: { ...SCALE, web: 3 } });
    await project.mustUp();
    expect(await project.pods("web")).toHaveLength(3);
    await project.mustUp("--refresh", "--expect-no-changes");
  });

  test.each(LAYERS.map((layer) => ({ layer })))(
    "cannot change $layer without the right to",
    async ({ layer }) => {
      await drift(layer);
      await grant(without(rights, "patch", layer));
      const update = await up("--refresh");
      expect(unrefused(update, "patch", { resources: layer, namespace: NAME })).toEqual([]);
    },
  );

  test("changes everything", async () => {
    await grant(rights);
    await project.mustUp("--refresh");
    await project.mustUp("--refresh", "--expect-no-changes");
    expect(await project.drift()).toMatchObject({ status: 0 });
  });

  test("cannot look at anything without the right to", async () => {
    const resources = LAYERS.flat();
    await grant(without(rights, "get", resources));
    const { status, stdout, stderr } = await project.pulumi("refresh", "--yes", "--skip-preview");
    expect(
      unrefused({ status, output: `${stdout}${stderr}` }, "get", { resources, namespace: NAME }),
    ).toEqual([]);
  });

  test("cannot end an autoscaler without the right to, before it changes the Deployment", async () => {
    await project.change({ scale: { web: 3, worker: 2 } });
    const resources = ["horizontalpodautoscalers.autoscaling"];
    await grant(without(rights, "delete", resources));
    const update = await up();
    expect(unrefused(update, "delete", { resources, namespace: NAME })).toEqual([]);
    expect(update.output).toContain(`The autoscaler of Deployment ${NAME}/${NAME}-worker`);
    await project.change({ scale: SCALE });
  });

  test.each(LEAVING.map((layer, index) => ({ layer, index })))(
    "cannot delete $layer without the right to",
    async ({ layer, index }) => {
      await grant(without(rights, "delete", LEAVING.slice(index).flat()));
      const destroyed = await project.destroy("--continue-on-error");
      expect(unrefused(destroyed, "delete", { resources: layer, namespace: NAME })).toEqual([]);
    },
  );

  test("deletes everything", async () => {
    await grant(rights);
    expect(await project.destroy()).toMatchObject({ status: 0 });
    const kinds = LAYERS.flat()
      .filter((it) => it !== "serviceaccounts")
      .join();
    const selector = ["--selector", `app.kubernetes.io/name=${NAME}`, "--output", "name"];
    expect(await project.kubectl("get", kinds, "--namespace", NAME, ...selector)).toBe("");
  });
});

describe("a pipeline that creates the namespace, too", { timeout: 300_000 }, () => {
  const NAME = "access-namespace";
  const resources = ["namespaces"];
  let project: Project;
  let account: Account;
  let rights: Right[];

  const grant = (given: readonly Right[]) => account.grant(`${ROLE}-namespace`, given);
  const drift = () =>
    project.kubectl("label", "namespace", NAME, "--overwrite", "app.kubernetes.io/managed-by=me");

  beforeAll(async () => {
    const environment = await suiteEnvironment(inject("paths"));
    const { cluster } = await tables();
    const all = await rightsOf("rbac-namespace.yaml");
    rights = all
      .filter((right) => ["stops", "hangs"].includes(cluster.get(named(right)) ?? ""))
      .map((right) => (right.names.length === 0 ? right : { ...right, names: [NAME] }));
    account = await Account.create(environment, NAME, ["rbac.yaml", "rbac-namespace.yaml"]);
    await account.grant(ROLE, await rightsOf("rbac.yaml"));
    project = await Project.create(environment, {
      name: NAME,
      procfile: "worker: celery -A tasks worker\n",
    });
    await project.kubectl("delete", "namespace", NAME);
    await actAs(account, project);
  });
  afterAll(async () => {
    await removeBoth(account, project);
  });

  test("needs the right to create it", async () => {
    await grant(without(rights, "create", resources));
    expect(unrefused(await project.up(), "create", { resources })).toEqual([]);
    await grant(rights);
    await project.mustUp();
  });

  test("needs the right to change it", async () => {
    await drift();
    await grant(without(rights, "patch", resources));
    expect(
      unrefused(await project.up("--refresh"), "patch", { resources, namespace: NAME }),
    ).toEqual([]);
    await grant(without(rights, "get", resources));
    expect(unrefused(await project.up("--refresh"), "get", { resources, namespace: NAME })).toEqual(
      [],
    );
    await grant(rights);
    await project.mustUp("--refresh");
  });

  test("is told nothing of nodes and the pods on them, and warned, unless it may read them", async () => {
    const unknown = /no right to list (?:nodes|the pods of all namespaces), so .* not checked/;
    await project.change({ scale: { worker: 2 } });
    expect((await project.preview()).output).toMatch(unknown);
    const environment = await suiteEnvironment(inject("paths"));
    const reader = await Account.create(environment, NAME, ["rbac-cluster.yaml"]);
    await reader.grant(`${ROLE}-fit`, await rightsOf("rbac-cluster.yaml"));
    expect((await project.preview()).output).not.toContain("kubernetes:context");
  });

  test("needs the right to delete it", async () => {
    await grant(without(rights, "delete", resources));
    expect(unrefused(await project.destroy(), "delete", { resources, namespace: NAME })).toEqual(
      [],
    );
    await grant(rights);
    expect(await project.destroy()).toMatchObject({ status: 0 });
    expect(await project.kubectl("get", "namespaces", NAME, "--ignore-not-found")).toBe("");
  });
});

/** A DestinationRule as far as the API server is concerned. */
function customResource(): object {
  const schema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: CUSTOM },
    spec: {
      group: "networking.istio.io",
      scope: "Namespaced",
      names: { kind: "DestinationRule", plural: "destinationrules", singular: "destinationrule" },
      versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: schema } }],
    },
  };
}
