import { secret } from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { App } from "../../components/app.ts";
import { ConfigError } from "../../components/errors.ts";
import type { GivenStack } from "../support/plan.ts";
import { argsOf } from "../support/plan.ts";
import type { Cluster, Registration } from "../support/record.ts";
import { recorded } from "../support/record.ts";

const declare = (given: GivenStack, cluster?: Cluster) =>
  recorded(() => new App("shop", argsOf(given)), cluster);

async function inputsOf(given: GivenStack, resource: string): Promise<unknown> {
  return find(await declare(given), resource).inputs;
}

function find(registrations: readonly Registration[], resource: string): Registration {
  const found = registrations.find((it) => it.resource === resource);
  if (!found)
    throw new Error(
      `${resource} was not declared; ${registrations.map((it) => it.resource).join(", ")} were`,
    );
  return found;
}

test("an app is a namespace, a service account and a Deployment for each process type", async () => {
  const registrations = await declare({});
  expect(registrations.map(({ type, parent }) => `${type} in ${parent}`).sort()).toEqual([
    "dash-scale:index:App in ",
    "dash-scale:index:Process in App shop",
    "dash-scale:index:Process in App shop",
    "kubernetes:apps/v1:Deployment in Process shop-web",
    "kubernetes:apps/v1:Deployment in Process shop-worker",
    "kubernetes:core/v1:Namespace in App shop",
    "kubernetes:core/v1:ServiceAccount in App shop",
  ]);
});

test("a namespace that is there already is used and not declared", async () => {
  const registrations = await declare({ app: { namespace: "team", createNamespace: false } });
  expect(registrations.filter(({ type }) => type.endsWith(":Namespace"))).toEqual([]);
  expect(find(registrations, "Deployment shop-web").inputs).toMatchObject({
    metadata: { namespace: "team" },
  });
});

describe("options", () => {
  test("a Deployment waits for what its pods refer to, and Pulumi twice as long as the cluster", async () => {
    const given = { secrets: { TOKEN: secret("x") }, app: { progressDeadline: 60 } };
    expect(find(await declare(given), "Deployment shop-web")).toMatchObject({
      dependsOn: ["Namespace shop", "Secret shop-secrets", "ServiceAccount shop"],
      timeouts: { create: "120s", update: "120s", delete: "" },
      ignoreChanges: [],
      protect: false,
      deleteBeforeReplace: false,
    });
  });
});

describe("nothing but what was changed", () => {
  test("a change of replicas changes spec.replicas and nothing else, in any object", async () => {
    const before = await declare({ scale: { web: 2 } });
    const after = await declare({ scale: { web: 4 } });
    const put = (registrations: readonly Registration[], replicas: number) =>
      JSON.parse(JSON.stringify(registrations), (key, value: unknown) =>
        key === "replicas" ? replicas : value,
      ) as unknown;
    expect(put(after, 0)).toEqual(put(before, 0));
    expect(after).not.toEqual(before);
  });
  test("the order of variables and secrets in a stack file changes nothing", async () => {
    const one = await declare({
      app: { env: { A: "1", B: "2" } },
      secrets: { C: secret("3"), D: secret("4") },
    });
    const other = await declare({
      app: { env: { B: "2", A: "1" } },
      secrets: { D: secret("4"), C: secret("3") },
    });
    expect(other).toEqual(one);
  });
  test("a component's own inputs never change", async () => {
    const registrations = await declare({ scale: { web: { replicas: 7, workers: 3 } } });
    for (const it of registrations.filter(({ custom }) => !custom)) expect(it.inputs).toEqual({});
  });
});

describe("secrets", () => {
  const given = { secrets: { TOKEN: secret("canary") } };

  test("reach the pods by reference, never as a literal", async () => {
    const registrations = await declare(given);
    for (const name of ["Deployment shop-web", "Deployment shop-worker"]) {
      const { inputs } = find(registrations, name);
      expect(inputs).toMatchObject({
        spec: {
          template: {
            spec: { containers: [{ envFrom: [{ secretRef: { name: "shop-secrets" } }] }] },
          },
        },
      });
      expect(JSON.stringify(inputs)).not.toContain("canary");
    }
  });
  test("are marked as such for the engine", async () => {
    const inputs = await inputsOf(given, "Secret shop-secrets");
    const mark = "4dabf18193072939515e22adb298388d";
    expect(JSON.stringify(inputs)).toContain(mark);
  });
  test("are another object after a change, which rolls the pods: immutable, without a name of its own", async () => {
    const inputs = await inputsOf(given, "Secret shop-secrets");
    expect(inputs).toMatchObject({ immutable: true });
    expect(inputs).not.toHaveProperty("metadata.name");
  });
  test("are not declared where there are none", async () => {
    const registrations = await declare({});
    expect(registrations.filter(({ type }) => type.endsWith(":Secret"))).toEqual([]);
    expect(JSON.stringify(registrations)).not.toContain("envFrom");
  });
});

test("an image may be an output of another resource", async () => {
  const { output } = await import("@pulumi/pulumi");
  const inputs = await inputsOf(
    { app: { image: output("registry.example.com/built:7") } },
    "Deployment shop-web",
  );
  expect(JSON.stringify(inputs)).toContain("registry.example.com/built:7");
});

test("nothing at all is declared when something is wrong", async () => {
  let thrown: unknown;
  const registrations = await recorded(() => {
    try {
      return new App("shop", argsOf({ procfile: "web: a\noops", scale: { web: -1 } }));
    } catch (error) {
      thrown = error;
      return undefined;
    }
  });
  expect(registrations).toEqual([]);
  expect(thrown).toBeInstanceOf(ConfigError);
  expect(String(thrown)).toBe(
    [
      "ConfigError: 2 problems, nothing was changed:",
      '  Procfile:2:5: no colon after "oops"; a Procfile line is NAME: COMMAND, with a name of letters, digits, - and _',
      "  dash-scale:scale.web: found -1; allowed is a whole number from 0 to 100, such as 2; dash-scale:app.maxReplicas is 100",
    ].join("\n"),
  );
});
