import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { LocalEnvironment } from "../../local/environment.ts";
import { canariesIn, canary } from "../support/canary.ts";
import { rightsOf } from "../support/rights.ts";
import { Account } from "./account.ts";
import { mustKubectl } from "./kubectl.ts";
import { Project } from "./project.ts";
import { suiteEnvironment } from "./suite.ts";

const PROCFILE =
  "web: gunicorn index:server\nworker: celery -A app worker\nbatch: python batch.py\n";
const SECRET = "shop-redis";
const CACHE = {
  secret: SECRET,
  env: { REDIS_URL: "uri" },
  to: { namespace: "redis", port: 6379 },
  types: ["web", "worker"],
};
const CACHE_OF_WEB = { secret: SECRET, env: { REDIS_URL: "uri" }, to: CACHE.to };
const PASSWORD = canary();
const CHANGED = canary();
const uri = (password: string) => `redis://:${password}@redis.redis:6379/0`;

const secret = (namespace: string, name: string, values: Readonly<Record<string, string>>) => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name, namespace },
  stringData: values,
});

/** What the operator makes for a Cluster: cloudnative-pg 1.25, pkg/specs/secrets.go. */
const clusterSecret = (namespace: string) => ({
  ...secret(namespace, "shop-db-app", {
    username: "app",
    user: "app",
    password: PASSWORD,
    dbname: "app",
    host: "shop-db-rw",
    port: "5432",
    pgpass: `shop-db-rw:5432:app:app:${PASSWORD}\n`,
    uri: `postgresql://app:${PASSWORD}@shop-db-rw.${namespace}:5432/app`,
    "jdbc-uri": `jdbc:postgresql://shop-db-rw.${namespace}:5432/app?password=${PASSWORD}&user=app`,
  }),
  type: "kubernetes.io/basic-auth",
});

// One app through its life: each test goes on from where the one before it left off.
describe("services that an app uses", { timeout: 300_000 }, () => {
  const NAME = "services";
  let project: Project;
  /** All that was printed. */
  const printed: string[] = [];
  const kept = <Result extends { readonly output: string }>(result: Result): Result => {
    printed.push(result.output);
    return result;
  };
  const put = (values: Readonly<Record<string, string>>) =>
    project.apply(secret(NAME, SECRET, values));
  const use = (services: object) => project.change({ more: { services } });
  const uids = async (type: string) => (await project.pods(type)).map(({ uid }) => uid);

  beforeAll(async () => {
    project = await Project.create(await suiteEnvironment(inject("paths")), {
      name: NAME,
      procfile: PROCFILE,
      app: { createNamespace: false },
      more: { services: { cache: CACHE } },
    });
    await project.kubectl("create", "namespace", NAME);
  });
  afterAll(async () => {
    await project.remove();
    await project.kubectl("delete", "namespace", NAME, "--ignore-not-found", "--wait=false");
  });

  test("are refused before anything is changed while the Secret is not there", async () => {
    for (const run of [() => project.preview(), () => project.up()]) {
      const { status, output } = kept(await run());
      expect(status).not.toBe(0);
      expect(output).toContain("1 problem, nothing was changed");
      expect(output).toContain(
        `dash-scale:services.cache: namespace ${NAME} has no Secret ${SECRET}`,
      );
    }
    expect(await project.objects("deployments")).toEqual([]);
  });

  test("are refused where a key is missing, with the keys that are there", async () => {
    await put({ url: uri(PASSWORD) });
    const { status, output } = kept(await project.up());
    expect(status).not.toBe(0);
    expect(output).toContain(
      `dash-scale:services.cache.env.REDIS_URL: Secret ${SECRET} has no key "uri"; it has "url". Did you mean "url"?`,
    );
    expect(await project.objects("deployments")).toEqual([]);
  });

  test("are in the pods of their process types, by reference", async () => {
    await put({ uri: uri(PASSWORD), other: "1" });
    kept(await project.preview("--diff"));
    kept(await project.mustUp("--diff"));
    const env = (type: string) =>
      project.kubectl(
        "--namespace",
        NAME,
        "get",
        "deployment",
        `${NAME}-${type}`,
        "--output",
        'jsonpath={.spec.template.spec.containers[0].env[?(@.name=="REDIS_URL")].valueFrom.secretKeyRef}',
      );
    expect(JSON.parse(await env("web"))).toEqual({ key: "uri", name: SECRET });
    expect(await env("batch")).toBe("");
    kept(await project.mustUp("--refresh", "--expect-no-changes"));
    expect(await project.drift()).toMatchObject({ status: 0, stderr: "" });
  });

  test("change nothing when another key of the Secret does", async () => {
    await put({ uri: uri(PASSWORD), other: "2" });
    kept(await project.mustUp("--expect-no-changes"));
    expect(await project.drift()).toMatchObject({ status: 0, stderr: "" });
  });

  test("that changed are drift, and roll the pods that use them once", async () => {
    const before = { web: await uids("web"), batch: await uids("batch") };
    await put({ uri: uri(CHANGED), other: "2" });
    const drift = await project.drift();
    expect(drift).toMatchObject({ status: 2, stderr: "" });
    expect(drift.stdout).toBe(
      `Secret ${SECRET}: changed since the last pulumi up; the pods of ${NAME}-web, ${NAME}-worker have the values of before\n\nReplace the pods with: pulumi up --stack test\n`,
    );
    printed.push(drift.stdout, (await project.drift({}, "--json")).stdout);

    const { changes, output } = kept(await project.mustUp("--diff"));
    const path = `spec.template.metadata.annotations["secret.dash-scale/${SECRET}"]`;
    expect(output).toContain(`secret.dash-scale/${SECRET}`);
    expect(changes).toEqual(
      ["web", "worker"].map((type) => ({
        op: "update",
        resource: `Deployment ${NAME}-${type}`,
        paths: [path],
      })),
    );
    const after = await uids("web");
    expect(after.filter((uid) => before.web.includes(uid))).toEqual([]);
    expect(await uids("batch")).toEqual(before.batch);
    kept(await project.mustUp("--expect-no-changes"));
    expect(await uids("web")).toEqual(after);
    expect(await project.drift()).toMatchObject({ status: 0 });
  });

  test("that went are drift, and stop the next update before it changes anything", async () => {
    await project.kubectl("--namespace", NAME, "delete", "secret", SECRET);
    const drift = await project.drift();
    expect(drift).toMatchObject({ status: 2 });
    expect(drift.stdout).toContain(`Secret ${SECRET}: deleted since the last pulumi up`);
    const before = await uids("web");
    expect(kept(await project.up()).status).not.toBe(0);
    expect(await uids("web")).toEqual(before);
    await put({ uri: uri(CHANGED) });
    kept(await project.mustUp("--expect-no-changes"));
  });

  test("of CloudNativePG need its name alone", async () => {
    await project.apply(clusterSecret(NAME));
    await use({ cache: CACHE, db: { cloudnativepg: "shop-db" } });
    kept(await project.mustUp());
    const policy = await project.kubectl(
      "--namespace",
      NAME,
      "get",
      "networkpolicy",
      NAME,
      "--output",
      "json",
    );
    expect(JSON.parse(policy).spec.egress).toContainEqual({
      to: [{ podSelector: { matchLabels: { "cnpg.io/cluster": "shop-db" } } }],
      ports: [{ protocol: "TCP", port: 5432 }],
    });
    kept(await project.mustUp("--expect-no-changes"));
  });

  test("stay when the app goes", async () => {
    const state = await project.state();
    const { deployment } = JSON.parse(state);
    const stash = deployment.resources.find(({ type }: { type: string }) =>
      type.endsWith(":Stash"),
    );
    // The key of the digests is encrypted as every secret is.
    expect(stash.outputs.output).toHaveProperty("ciphertext");
    printed.push(state);
    const before = await project.objects("secrets");
    expect(before.map(({ name }) => name)).toEqual(["shop-db-app", SECRET]);
    expect(kept(await project.destroy()).status).toBe(0);
    expect(await project.objects("secrets")).toEqual(before);
  });

  test("have their values in nothing that was printed, and not in the state", async () => {
    expect(printed.length).toBeGreaterThan(10);
    expect(printed.flatMap((text) => canariesIn(text, [PASSWORD, CHANGED]))).toEqual([]);
  });
});

describe("an account without the right to read Secrets", { timeout: 300_000 }, () => {
  const NAME = "services-hidden";
  const ROLE = "dash-scale-pipeline";
  let environment: LocalEnvironment;
  let project: Project;
  let account: Account;
  const put = (password: string) =>
    project.apply(secret(NAME, SECRET, { uri: uri(password) }), ...asAdministrator());
  const asAdministrator = () => ["--kubeconfig", environment.paths.kubeconfig];
  const uids = async () => (await project.pods("web")).map(({ uid }) => uid);
  const WARNING = `dash-scale:services.cache: the account may not read Secret ${SECRET} in namespace ${NAME}`;
  const digest = () =>
    mustKubectl(environment, [
      "--namespace",
      NAME,
      "get",
      "deployment",
      `${NAME}-web`,
      "--output",
      "jsonpath={.spec.template.metadata.annotations}",
    ]);

  beforeAll(async () => {
    environment = await suiteEnvironment(inject("paths"));
    account = await Account.create(environment, NAME, ["rbac.yaml"]);
    project = await Project.create(environment, {
      name: NAME,
      procfile: "web: gunicorn index:server\n",
      app: { createNamespace: false },
      more: { services: { cache: CACHE_OF_WEB } },
    });
    await put(PASSWORD);
    const file = await project.write("pipeline.kubeconfig", await account.kubeconfig());
    await project.mustPulumi("config", "set", "kubernetes:kubeconfig", file);
  });
  afterAll(async () => {
    await project.mustPulumi("config", "rm", "kubernetes:kubeconfig");
    await project.remove();
    await account.remove();
  });

  const hide = async () => {
    const all = await rightsOf("rbac.yaml");
    await account.grant(
      ROLE,
      all.filter(({ resource }) => resource !== "secrets"),
    );
  };
  const show = async () => {
    const all = await rightsOf("rbac.yaml");
    const others = all.filter(({ resource }) => resource !== "secrets");
    // As docs/guides/services.md has it: these Secrets, and no others.
    const own = { group: "", resource: "secrets", verb: "get", names: [SECRET] };
    await account.grant(ROLE, [...others, own]);
  };

  test("is warned, and deploys; no digest is on the pods", async () => {
    await hide();
    expect((await project.preview()).output).toContain(WARNING);
    expect((await project.mustUp()).output).toContain(WARNING);
    expect(await digest()).toBe("");
    await project.mustUp("--expect-no-changes");
  });

  test("has digests on the pods as soon as it may read the Secrets that are named", async () => {
    await show();
    const { output } = await project.mustUp();
    expect(output).not.toContain("may not read Secret");
    expect(await digest()).toContain(`secret.dash-scale/${SECRET}`);
  });

  test("leaves digests and pods as they are when it may read them no more", async () => {
    const [known, before] = [await digest(), await uids()];
    await hide();
    await put(CHANGED);
    await project.change({ scale: { web: 2 } });
    const { changes, output } = await project.mustUp();
    expect(output).toContain(WARNING);
    expect(changes.map(({ paths }) => paths)).toContainEqual(["spec.replicas"]);
    expect(await digest()).toBe(known);
    expect(await uids()).toEqual(expect.arrayContaining(before));
  });

  test("rolls the pods when it may read them again, and they have changed", async () => {
    const [known, before] = [await digest(), await uids()];
    await show();
    await project.mustUp();
    expect(await digest()).not.toBe(known);
    expect((await uids()).filter((uid) => before.includes(uid))).toEqual([]);
  });
});

describe("the first update of an app with a service", { timeout: 300_000 }, () => {
  const NAME = "services-first";
  let project: Project;

  beforeAll(async () => {
    project = await Project.create(await suiteEnvironment(inject("paths")), {
      name: NAME,
      procfile: "web: gunicorn index:server\n",
      more: { services: { cache: CACHE_OF_WEB } },
    });
  });
  afterAll(() => project.remove());

  test("says in its preview which Secret its namespace will need", async () => {
    const { status, output } = await project.preview();
    expect(status).toBe(0);
    expect(output).toContain(
      `dash-scale:services.cache: namespace ${NAME} does not exist yet, so Secret ${SECRET} was not checked`,
    );
    expect(output).toContain(
      `kubectl create secret generic ${SECRET} --namespace ${NAME} --from-file=uri=FILE`,
    );
    await project.mustUp();
  });
});
