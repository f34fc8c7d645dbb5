import { output, runtime } from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { revealed } from "../../commands/declare.ts";
import { App } from "../../components/app.ts";
import { canariesIn, canary } from "../support/canary.ts";
import type { GivenStack } from "../support/plan.ts";
import { planOf } from "../support/plan.ts";
import type { Registration } from "../support/record.ts";
import { recorded } from "../support/record.ts";

const PROCFILE = "release: migrate\nweb: gunicorn a:b\nworker: celery -A app worker\n";
const SERVICES = {
  cache: { secret: "shop-redis", env: { REDIS_URL: "uri" } },
  files: { secret: "shop-s3", env: { S3_KEY: "key" }, types: ["worker"] },
};
const PASSWORD = canary();
const encoded = (text: string) => Buffer.from(text).toString("base64");
const REDIS = new Map([
  ["uri", encoded(`rediss://:${PASSWORD}@redis.redis:6380/1`)],
  ["password", encoded(PASSWORD)],
]);
const CONTENTS = new Map([
  ["shop-redis", REDIS],
  ["shop-s3", new Map([["key", encoded(PASSWORD)]])],
]);
const QUEUE = { service: "cache", lists: ["high", "default"] };

const given = (more: GivenStack = {}): GivenStack => ({
  procfile: PROCFILE,
  scale: { worker: { max: 4, queue: QUEUE } },
  ...more,
  more: { services: SERVICES },
});
/** The engine gives a stash back what it was given first. */
const engine = (type: string, _name: string, inputs: Record<string, unknown>) =>
  type === "pulumi:index:Stash" ? { ...inputs, output: inputs["input"] } : inputs;
const declared = (stack: GivenStack, secretContents = CONTENTS) =>
  recorded(() => new App("shop", planOf(stack), { secretContents }), engine);
const named = (registrations: readonly Registration[], name: string) => {
  const found = registrations.find(({ resource }) => resource === name);
  if (!found) throw new Error(`${name} was not declared`);
  return found;
};
const templateOf = ({ inputs }: Registration) =>
  JSON.parse(JSON.stringify(revealed(inputs, runtime))).spec.template;
const annotationsOf = (registration: Registration) => templateOf(registration).metadata.annotations;

test("pods have a digest of each Secret that they use, made with a key that is kept", async () => {
  const registrations = await declared(given());
  expect(named(registrations, "Stash shop-digest-key")).toMatchObject({
    parent: "App shop",
    ignoreChanges: ["input"],
  });
  const digest = expect.stringMatching(/^[0-9a-f]{32}$/);
  const cache = { "secret.dash-scale/shop-redis": digest };
  expect(annotationsOf(named(registrations, "Deployment shop-web"))).toEqual(cache);
  expect(annotationsOf(named(registrations, "Job shop-release"))).toEqual(cache);
  expect(annotationsOf(named(registrations, "Deployment shop-worker"))).toEqual({
    ...cache,
    "secret.dash-scale/shop-s3": digest,
  });
});

test("a CronJob has none: each of its runs reads the Secrets as they are then", async () => {
  const registrations = await declared(
    given({
      procfile: `${PROCFILE}nightly: report\n`,
      processes: { nightly: { schedule: "@daily" } },
    }),
  );
  const { inputs } = named(registrations, "CronJob shop-nightly");
  expect(JSON.stringify(inputs)).toContain('"secretKeyRef":{"key":"uri","name":"shop-redis"}');
  expect(JSON.stringify(inputs)).not.toContain("secret.dash-scale/");
});

test("each stack has another key, so that the same value does not look the same", async () => {
  const digestOnce = async () =>
    annotationsOf(named(await declared(given()), "Deployment shop-web"));
  const first = await digestOnce();
  expect(await digestOnce()).not.toEqual(first);
});

test("the key is a secret, and a digest is not", async () => {
  const registrations = await declared(given());
  const stash = named(registrations, "Stash shop-digest-key");
  expect(runtime.isRpcSecret(Reflect.get(Object(stash.inputs), "input"))).toBe(true);
  const { inputs } = named(registrations, "Deployment shop-web");
  expect(JSON.stringify(inputs)).toEqual(JSON.stringify(revealed(inputs, runtime)));
});

test("of a Secret that was not read, the digest stays as it is", async () => {
  const registrations = await declared(given({ scale: {} }), new Map([["shop-redis", REDIS]]));
  const worker = named(registrations, "Deployment shop-worker");
  expect(Object.keys(annotationsOf(worker))).toEqual(["secret.dash-scale/shop-redis"]);
  expect(worker.ignoreChanges).toEqual([
    'spec.template.metadata.annotations["secret.dash-scale/shop-s3"]',
  ]);
});

test("a queue has the address of its service, and its password by reference", async () => {
  const registrations = await declared(given());
  expect(named(registrations, "TriggerAuthentication shop-cache").inputs).toMatchObject({
    spec: {
      secretTargetRef: [{ parameter: "password", name: "shop-redis", key: "password" }],
    },
  });
  const metadata = { address: "redis.redis:6380", databaseIndex: "1", enableTLS: "true" };
  expect(named(registrations, "ScaledObject shop-worker").inputs).toMatchObject({
    spec: {
      triggers: ["high", "default"].map((listName) => ({
        metadata: { ...metadata, listName },
        authenticationRef: { name: "shop-cache" },
      })),
    },
  });
});

test("no value is in anything that is declared", async () => {
  const registrations = await declared(given());
  const all = JSON.stringify(registrations.map(({ inputs }) => revealed(inputs, runtime)));
  expect(all).toContain("shop-redis");
  expect(canariesIn(all, [PASSWORD])).toEqual([]);
});

test("an App that nobody hands the Secrets declares no digests, and no such queue", async () => {
  const stack = given({ scale: {} });
  const registrations = await recorded(() => new App("shop", planOf(stack)));
  expect(registrations.map(({ resource }) => resource)).not.toContain("Stash shop-digest-key");
  expect(annotationsOf(named(registrations, "Deployment shop-web"))).toBeUndefined();
  expect(() => new App("shop", planOf(given()))).toThrow("dash-scale:scale.worker.queue.service");
});

test("a variable may be an output of another resource, whose $ has no meaning either", async () => {
  const app = { env: { BUCKET: output("$(A)"), PLAIN: "$(B)" } };
  const registrations = await recorded(() => new App("shop", planOf({ app })), engine);
  const { env } = templateOf(named(registrations, "Deployment shop-web")).spec.containers[0];
  expect(env).toContainEqual({ name: "BUCKET", value: "$$(A)" });
  expect(env).toContainEqual({ name: "PLAIN", value: "$$(B)" });
});

test("the identity of a cloud is the app's, and not the proxy's", async () => {
  const annotations = { "eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/shop" };
  const app = { proxy: "haproxy", serviceAccount: { annotations } };
  const registrations = await recorded(() => new App("shop", planOf({ app })));
  expect(named(registrations, "ServiceAccount shop").inputs).toMatchObject({
    metadata: { annotations },
  });
  const account = (name: string) => templateOf(named(registrations, name)).spec.serviceAccountName;
  expect(account("Deployment shop-web")).toBe("shop");
  expect(account("StatefulSet shop-proxy")).toBe("shop-proxy");
});

test("a ServiceAccount that exists is not declared; the pods name what the image is pulled with", async () => {
  const app = { serviceAccount: { name: "team-identity" }, imagePullSecrets: ["login"] };
  const registrations = await recorded(() => new App("shop", planOf({ app })));
  expect(registrations.filter(({ type }) => type.endsWith(":ServiceAccount"))).toEqual([]);
  expect(templateOf(named(registrations, "Deployment shop-web")).spec).toMatchObject({
    serviceAccountName: "team-identity",
    imagePullSecrets: [{ name: "login" }],
  });
});
