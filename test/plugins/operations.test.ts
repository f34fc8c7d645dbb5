/** What the provider does with a cluster: over the wire, as the engine asks for it. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import providerRpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import type {
  ConfigureResponse,
  CreateResponse,
  UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb.js";
import { afterEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../local/plugins/shared/json.ts";
import { toStruct } from "../../local/plugins/shared/struct.ts";
import { apiServer } from "../support/api-server.ts";
import { call, credentials, startPlugin } from "./plugin-process.ts";
import type { Plugin } from "./plugin-process.ts";

const WEB = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "web", namespace: "shop" } };
const JOB = { apiVersion: "batch/v1", kind: "Job", metadata: { name: "web", namespace: "shop" } };
const URN = "urn:pulumi:dev::shop::kubernetes:core/v1:ConfigMap::web";
const DETAILS = "grpc-status-details-bin";

type Answers = Record<string, (response: ServerResponse) => void>;

const json = (status: number, body: JsonObject) => (response: ServerResponse) => {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
};
const FORBIDDEN = json(403, { reason: "Forbidden", message: "pods is forbidden" });
const EMPTY = json(200, { items: [] });

/** An API server that answers by method and path, and what it was asked for so. */
async function cluster(answers: Answers): Promise<{ kubeconfig: string; asked: string[] }> {
  const asked: string[] = [];
  const { kubeconfig } = await apiServer(({ pathname }, response, method) => {
    const what = `${method} ${pathname}`;
    asked.push(what);
    (answers[what] ?? json(200, {}))(response);
  });
  return { kubeconfig, asked };
}

let plugin: Plugin;
let client: InstanceType<typeof providerRpc.ResourceProviderClient>;
afterEach(() => {
  client.close();
  plugin.kill("SIGKILL");
});

async function start(settings: JsonObject, env: NodeJS.ProcessEnv = {}): Promise<void> {
  await launch(env);
  await configure(settings);
}

async function launch(env: NodeJS.ProcessEnv): Promise<void> {
  plugin = await startPlugin("kubernetes/pulumi-resource-kubernetes", env);
  client = new providerRpc.ResourceProviderClient(plugin.address, credentials);
}

function configure(settings: JsonObject): Promise<ConfigureResponse> {
  const request = new provider.ConfigureRequest();
  request.setArgs(toStruct(settings));
  return call<ConfigureResponse>((done) => client.configure(request, done));
}

function create(inputs: JsonObject): Promise<CreateResponse> {
  const request = new provider.CreateRequest();
  request.setUrn(URN);
  request.setProperties(toStruct(inputs));
  return call<CreateResponse>((done) => client.create(request, done));
}

function update(inputs: JsonObject): Promise<UpdateResponse> {
  const request = new provider.UpdateRequest();
  request.setUrn(URN);
  request.setOlds(toStruct({ ...inputs, __inputs: inputs }));
  request.setNews(toStruct(inputs));
  return call<UpdateResponse>((done) => client.update(request, done));
}

function remove(inputs: JsonObject): Promise<unknown> {
  const request = new provider.DeleteRequest();
  request.setUrn(URN);
  request.setProperties(toStruct({ ...inputs, __inputs: inputs }));
  return call((done) => client.delete(request, done));
}

/** Whether something settles within half a second. */
async function settles(work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), 500)));
  const done = work.then(
    () => true,
    () => true,
  );
  return Promise.race([done, late]).finally(() => clearTimeout(timer));
}

describe("a create", () => {
  const MAPS = "POST /api/v1/namespaces/shop/configmaps";
  const exists = json(409, { reason: "AlreadyExists", message: 'configmaps "web" already exists' });

  it("does not take over what is there, and says the official ways out", async () => {
    const { kubeconfig, asked } = await cluster({ [MAPS]: exists });
    await start({ kubeconfig });
    const creating = create(WEB);
    await expect(creating).rejects.toThrow(
      /resource "urn:.*" was not successfully created by the Kubernetes API server: configmaps "web" already exists\n\nThe resource already exists in the cluster\./,
    );
    expect(asked).toContain(MAPS);
  });

  it("applies where the provider is told to take over", async () => {
    const apply = "PATCH /api/v1/namespaces/shop/configmaps/web";
    const { kubeconfig, asked } = await cluster({ [MAPS]: exists, [apply]: json(200, WEB) });
    await start({ kubeconfig, upsertExistingObjects: "true" });
    expect((await create(WEB)).getId()).toBe("shop/web");
    expect(asked).not.toContain(MAPS);
  });

  it("hands on what the cluster says, secret or not", async () => {
    const said = json(400, { reason: "BadRequest", message: "denied: Y2FuYXJ5LXZhbHVl is no key" });
    const { kubeconfig } = await cluster({ "POST /api/v1/namespaces/shop/secrets": said });
    await start({ kubeconfig });
    const data = { KEY: "Y2FuYXJ5LXZhbHVl" };
    const creating = create({ ...WEB, kind: "Secret", data });
    await expect(creating).rejects.toThrow("denied: Y2FuYXJ5LXZhbHVl is no key");
  });

  it("that is cancelled leaves the object out of the state, whatever the cluster does", async () => {
    const held = Promise.withResolvers<ServerResponse>();
    const { kubeconfig } = await cluster({ [MAPS]: held.resolve });
    await start({ kubeconfig });
    const creating = create(WEB).catch((error: unknown) => error);
    const response = await held.promise;
    await call((done) => client.cancel(new empty.Empty(), done));
    const error = await creating;
    json(201, WEB)(response);
    expect(error).toMatchObject({ details: expect.stringContaining("context canceled") });
    expect(error).toHaveProperty("metadata");
    expect(JSON.stringify(error)).not.toContain(DETAILS);
  });
});

describe("an update", () => {
  const WHERE = "/api/v1/namespaces/shop/configmaps/web";

  it("of what somebody deleted says so in the cluster's words", async () => {
    const gone = json(404, { reason: "NotFound", message: 'configmaps "web" not found' });
    const { kubeconfig } = await cluster({ [`GET ${WHERE}`]: gone });
    await start({ kubeconfig });
    await expect(update(WEB)).rejects.toThrow(
      /update of resource .* failed: configmaps "web" not found/,
    );
  });

  it("that the cluster refuses is in the state, to be tried again", async () => {
    const refused = json(422, { reason: "Invalid", message: "data: no" });
    const answers = { [`GET ${WHERE}`]: json(200, WEB), [`PATCH ${WHERE}`]: refused };
    const { kubeconfig } = await cluster(answers);
    await start({ kubeconfig });
    const error: unknown = await update(WEB).catch((reason: unknown) => reason);
    const details = 'that "shop/web" failed to fully initialize or become live: data: no';
    expect(error).toMatchObject({ details: expect.stringContaining(details) });
    expect(JSON.stringify(error)).toContain(DETAILS);
  });

  it("goes on without its engine, and then the provider ends", async () => {
    const held = Promise.withResolvers<ServerResponse>();
    const { kubeconfig, asked } = await cluster({ [`GET ${WHERE}`]: held.resolve });
    await start({ kubeconfig });
    const updating = update(WEB).catch(() => {});
    const response = await held.promise;
    plugin.abandon();
    expect(await settles(plugin.ended)).toBe(false);
    json(200, WEB)(response);
    expect(await plugin.ended).toBe(0);
    expect(asked).toContain(`PATCH ${WHERE}`);
    await updating;
  });
});

describe("without the right to list", () => {
  const JOBS = "/apis/batch/v1/namespaces/shop/jobs";
  const PODS = "/api/v1/namespaces/shop/pods";
  const status = { conditions: [{ type: "Complete", status: "True" }] };
  const done = { ...JOB, status };

  it.each([
    ["the pods of a Job", `GET ${PODS}`],
    ["Jobs", `GET ${JOBS}`],
  ])("%s, a create waits for ever, and ends when it is cancelled", async (_, right) => {
    const answers = { [`POST ${JOBS}`]: json(201, done), [`GET ${JOBS}`]: EMPTY };
    const { kubeconfig } = await cluster({
      ...answers,
      [`GET ${PODS}`]: EMPTY,
      [right]: FORBIDDEN,
    });
    await start({ kubeconfig });
    const metadata = { ...JOB.metadata, annotations: { "pulumi.com/timeoutSeconds": "0" } };
    const creating = create({ ...JOB, metadata });
    expect(await settles(creating)).toBe(false);
    await call((cancelled) => client.cancel(new empty.Empty(), cancelled));
    expect(await settles(creating)).toBe(true);
  });

  it("a kind, a delete waits for ever though the object is gone", async () => {
    const { kubeconfig } = await cluster({
      "GET /api/v1/namespaces/shop/configmaps": FORBIDDEN,
      "GET /api/v1/namespaces/shop/configmaps/web": json(404, { reason: "NotFound" }),
    });
    await start({ kubeconfig });
    expect(await settles(remove(WEB))).toBe(false);
  });

  it("events, nothing waits", async () => {
    const { kubeconfig } = await cluster({
      [`POST ${JOBS}`]: json(201, done),
      [`GET ${JOBS}`]: EMPTY,
      [`GET ${PODS}`]: EMPTY,
      "GET /api/v1/namespaces/shop/events": FORBIDDEN,
    });
    await start({ kubeconfig });
    expect(await settles(create(JOB))).toBe(true);
  });
});

describe("a user without credentials", () => {
  it("keeps the provider waiting where the kubeconfig is found, not where it is given", async () => {
    const folder = await mkdtemp(join(tmpdir(), "provider-anonymous-"));
    const server = "https://127.0.0.1:1";
    const kubeconfig = JSON.stringify({
      clusters: [{ name: "c", cluster: { server, "insecure-skip-tls-verify": true } }],
      contexts: [{ name: "a", context: { cluster: "c", user: "u" } }],
      users: [{ name: "u", user: {} }],
      "current-context": "a",
    });
    await writeFile(join(folder, "config"), kubeconfig);
    await launch({ KUBECONFIG: join(folder, "config") });
    expect(await settles(configure({}))).toBe(false);
    await configure({ kubeconfig });
    await rm(folder, { recursive: true });
  });
});
