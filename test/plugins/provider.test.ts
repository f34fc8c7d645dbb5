import { writeFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import providerRpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import statusTypes from "@pulumi/pulumi/proto/status_pb.js";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb.js";
import type {
  CheckResponse,
  ConfigureResponse,
  CreateResponse,
  DiffResponse,
  ReadResponse,
  UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb.js";
import sdk from "@pulumi/kubernetes/package.json" with { type: "json" };
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { settingsChanged } from "../../local/plugins/kubernetes/configure.ts";
import { InitFailed, toServiceError } from "../../local/plugins/kubernetes/init-failed.ts";
import { reveal, secret } from "../../local/plugins/kubernetes/secrets.ts";
import { UNKNOWN } from "../../local/plugins/kubernetes/unknowns.ts";
import type { JsonObject } from "../../local/plugins/shared/json.ts";
import { fromStruct, toStruct } from "../../local/plugins/shared/struct.ts";
import { call, credentials, startPlugin } from "./plugin-process.ts";
import type { Plugin } from "./plugin-process.ts";

const CANARY = "canary-value";

describe("an object that does not come up", () => {
  it("is told to the engine with its state and all reasons", () => {
    const properties = { data: secret(CANARY), metadata: { name: "web" } };
    const failure = { id: "shop/web", properties, reasons: ["first", "second"] };
    const { metadata, details } = toServiceError(new InitFailed("not ready", failure));
    expect(details).toBe("not ready");
    const [raw] = metadata?.get("grpc-status-details-bin") ?? [];
    const status = statusTypes.Status.deserializeBinary(Buffer.from(raw ?? ""));
    const [packed] = status.getDetailsList();
    expect(packed?.getTypeName()).toBe("pulumirpc.ErrorResourceInitFailed");
    const detail = provider.ErrorResourceInitFailed.deserializeBinary(
      packed?.getValue_asU8() ?? new Uint8Array(),
    );
    expect(detail.getId()).toBe("shop/web");
    expect(detail.getReasonsList()).toEqual(["first", "second"]);
    expect(fromStruct(detail.getProperties())).toEqual(properties);
  });

  it("is not made of any other error", () => {
    expect(toServiceError(new Error("plain")).metadata).toBeUndefined();
  });
});

describe("what crosses the wire", () => {
  it("comes back as it went", () => {
    const value = { a: null, b: [1, "2", true, [{}]], c: { d: 0, e: "", f: false } };
    expect(fromStruct(toStruct(value))).toEqual(value);
  });
});

describe("the provider", () => {
  let plugin: Plugin;
  let client: InstanceType<typeof providerRpc.ResourceProviderClient>;

  beforeAll(async () => {
    plugin = await startPlugin("kubernetes/pulumi-resource-kubernetes", { KUBECONFIG: "/nowhere" });
    client = new providerRpc.ResourceProviderClient(plugin.address, credentials);
  });
  afterAll(() => {
    client.close();
    plugin.kill("SIGKILL");
  });

  const configure = (settings: JsonObject) => {
    const request = new provider.ConfigureRequest();
    request.setArgs(toStruct(settings));
    return call<ConfigureResponse>((done) => client.configure(request, done));
  };
  const urn = (type: string, name = "web") => `urn:pulumi:dev::shop::kubernetes:${type}::${name}`;
  const check = async (type: string, news: JsonObject, olds: JsonObject = {}) => {
    const request = new provider.CheckRequest();
    request.setUrn(urn(type));
    request.setNews(toStruct(news));
    request.setOlds(toStruct(olds));
    return fromStruct(
      (await call<CheckResponse>((done) => client.check(request, done))).getInputs(),
    );
  };

  it("is of the version that the SDK asks for", async () => {
    const info = await call<PluginInfo>((done) => client.getPluginInfo(new empty.Empty(), done));
    expect(info.getVersion()).toBe(sdk.version);
  });

  it("does nothing before it is configured", async () => {
    await expect(check("core/v1:ConfigMap", {})).rejects.toThrow("has not been configured");
  });

  it.each([
    ["no such file", {}, "there is no file"],
    ["no such context", { kubeconfig: "a: b\n" }, 'no context "undefined"'],
    ["no YAML", { kubeconfig: "a: b\n  token: canary: x\n" }, "it is not YAML, at line 2"],
    ["no kubeconfig at all", { kubeconfig: "nonsense" }, "there is no file nonsense"],
    ["what it cannot do", { renderYamlToDirectory: "x" }, "does not support"],
  ])("cannot be configured with %s", async (_, settings, message) => {
    await expect(configure(settings)).rejects.toThrow(message);
  });

  describe("whose kubeconfig is not known yet", () => {
    beforeAll(() => configure({ kubeconfig: UNKNOWN }));

    it("previews, and takes secrets as such", async () => {
      const response = await configure({ kubeconfig: UNKNOWN });
      expect(response.getAcceptsecrets()).toBe(true);
      expect(response.getSupportspreview()).toBe(true);
    });

    it("completes inputs: version, kind and name, secrets still marked", async () => {
      const checked = await check("core/v1:Secret", { stringData: { KEY: secret(CANARY) } });
      expect(checked).toEqual({
        apiVersion: "v1",
        kind: "Secret",
        metadata: {
          name: expect.stringMatching(/^web-[0-9a-f]{8}$/),
          annotations: { "pulumi.com/autonamed": "true" },
        },
        data: secret({ KEY: Buffer.from(CANARY).toString("base64") }),
      });
      const again = await check("core/v1:Secret", { stringData: { KEY: secret("2") } }, checked);
      expect(again["metadata"]).toEqual(checked["metadata"]);
    });

    it.each(["apps/v1:DeploymentPatch", "helm.sh/v3:Release", "core/v1:PodList"])(
      "refuses %s, which it does not have",
      async (type) => {
        await expect(check(type, {})).rejects.toThrow("not supported by the stand-in");
      },
    );

    it("refuses conditions that it cannot wait for", async () => {
      const metadata = { annotations: { "pulumi.com/waitFor": "condition=Ready" } };
      const checking = check("core/v1:Pod", { metadata });
      await expect(checking).rejects.toThrow('waitFor: "condition=Ready" is not supported');
    });

    it("tells a change of replicas from one that needs a new object", async () => {
      const inputs = (replicas: number, app: string): JsonObject => ({
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "web" },
        spec: { replicas, selector: { matchLabels: { app } } },
      });
      const diff = async (news: JsonObject, ignored: string[] = []) => {
        const request = new provider.DiffRequest();
        request.setUrn(urn("apps/v1:Deployment"));
        request.setOldInputs(toStruct(inputs(2, "a")));
        request.setNews(toStruct(news));
        request.setIgnorechangesList(ignored);
        const response = await call<DiffResponse>((done) => client.diff(request, done));
        const detailed: Record<string, number> = {};
        response.getDetaileddiffMap().forEach((value, key) => (detailed[key] = value.getKind()));
        return { detailed, replaces: response.getReplacesList(), changes: response.getChanges() };
      };
      const { DIFF_NONE, DIFF_SOME } = provider.DiffResponse.DiffChanges;
      const { UPDATE, UPDATE_REPLACE } = provider.PropertyDiff.Kind;
      const path = "spec.selector.matchLabels.app";
      expect(await diff(inputs(2, "a"))).toEqual({
        detailed: {},
        replaces: [],
        changes: DIFF_NONE,
      });
      expect(await diff(inputs(4, "a"))).toEqual({
        detailed: { "spec.replicas": UPDATE },
        replaces: [],
        changes: DIFF_SOME,
      });
      expect(await diff(inputs(4, "a"), ["spec.replicas"])).toMatchObject({ changes: DIFF_NONE });
      expect(await diff(inputs(2, "b"))).toEqual({
        detailed: { [path]: UPDATE_REPLACE },
        replaces: [path],
        changes: DIFF_SOME,
      });
    });

    it("promises of a new object nothing that the cluster decides", async () => {
      const request = new provider.CreateRequest();
      request.setUrn(urn("core/v1:Service"));
      request.setPreview(true);
      const spec = { selector: { app: "a" } };
      const inputs = { apiVersion: "v1", kind: "Service", metadata: { name: "web" }, spec };
      request.setProperties(toStruct(inputs));
      const response = await call<CreateResponse>((done) => client.create(request, done));
      const planned = fromStruct(response.getProperties());
      expect(response.getId()).toBe("");
      expect(planned).toMatchObject({
        metadata: { name: "web", uid: UNKNOWN, resourceVersion: UNKNOWN },
        spec: { clusterIP: UNKNOWN, selector: { app: "a" } },
        status: UNKNOWN,
      });
      expect(reveal(planned)["__inputs"]).toEqual(inputs);
    });

    it("creates nothing, and shows no secret in saying so", async () => {
      const request = new provider.CreateRequest();
      request.setUrn(urn("core/v1:Secret"));
      request.setProperties(toStruct({ kind: "Secret", stringData: { KEY: secret(CANARY) } }));
      const creating = call<CreateResponse>((done) => client.create(request, done));
      await expect(creating).rejects.toThrow("is not known yet");
    });
  });

  describe("whose cluster does not answer", () => {
    // Nothing listens on port 1, so the connection is refused at once.
    const kubeconfig = JSON.stringify({
      clusters: [{ name: "c", cluster: { server: "https://127.0.0.1:1" } }],
      contexts: [{ name: "a", context: { cluster: "c", user: "u", namespace: "shop" } }],
      users: [{ name: "u", user: { token: "t" } }],
      "current-context": "a",
    });
    const inputs = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "web" }, data: {} };
    const create = (preview: boolean) => {
      const request = new provider.CreateRequest();
      request.setUrn(urn("core/v1:ConfigMap"));
      request.setPreview(preview);
      request.setProperties(toStruct(inputs));
      return call<CreateResponse>((done) => client.create(request, done));
    };
    const update = (preview: boolean) => {
      const request = new provider.UpdateRequest();
      request.setUrn(urn("core/v1:ConfigMap"));
      request.setPreview(preview);
      request.setOlds(toStruct({ ...inputs, __inputs: inputs }));
      request.setNews(toStruct({ ...inputs, data: { a: "b" } }));
      return call<UpdateResponse>((done) => client.update(request, done));
    };
    const read = () => {
      const request = new provider.ReadRequest();
      request.setUrn(urn("core/v1:ConfigMap"));
      request.setId("shop/web");
      request.setProperties(toStruct({ ...inputs, __inputs: inputs }));
      return call<ReadResponse>((done) => client.read(request, done));
    };
    beforeAll(() => configure({ kubeconfig }));

    it("completes inputs by what is known without it", async () => {
      const metadata = { name: "web" };
      const namespaceOf = async (type: string) => (await check(type, { metadata }))["metadata"];
      expect(await namespaceOf("core/v1:ConfigMap")).toEqual({ name: "web", namespace: "shop" });
      expect(await namespaceOf("core/v1:Namespace")).toEqual({ name: "web" });
      expect(await namespaceOf("example.com/v1:Thing")).toEqual({ name: "web", namespace: "shop" });
    });

    it("previews what is new and what is there already, on the inputs alone", async () => {
      expect(fromStruct((await create(true)).getProperties())).toMatchObject({ data: {} });
      const updated = fromStruct((await update(true)).getProperties());
      expect(updated).toMatchObject({ data: { a: "b" } });
    });

    it("fails at whatever needs it", async () => {
      const reason =
        /cluster is unreachable: .*Get "https:\/\/127\.0\.0\.1:1\/version": connect: connection refused/;
      await expect(create(false)).rejects.toThrow(reason);
      await expect(update(false)).rejects.toThrow(reason);
      await expect(read()).rejects.toThrow(reason);
    });
  });

  it("ends when the engine is gone, however that came", async () => {
    const abandoned = await startPlugin("kubernetes/pulumi-resource-kubernetes");
    abandoned.abandon();
    expect(await abandoned.ended).toBe(0);
    const interrupted = await startPlugin("kubernetes/pulumi-resource-kubernetes");
    interrupted.kill("SIGINT");
    expect(await interrupted.ended).toBe(0);
  });
});

describe("the provider's settings", () => {
  let folder: string;
  const kubeconfig = (server: string) => `
    clusters: [{ name: c, cluster: { server: "${server}" } }]
    contexts: [{ name: a, context: { cluster: c, user: u } }]
    users: [{ name: u, user: { token: t } }]
    current-context: a
  `;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "provider-settings-"));
    await writeFile(join(folder, "one"), kubeconfig("https://127.0.0.1:1"));
    await writeFile(join(folder, "two"), kubeconfig("https://127.0.0.1:2"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each<[string, Parameters<typeof settingsChanged>, string[]]>([
    ["nothing", [{ namespace: "a" }, { namespace: "a" }], []],
    ["the namespace", [{ namespace: "a" }, { namespace: "b" }], ["namespace"]],
    ["only the way of writing", [{ kubeconfig: '{"a":1}' }, { kubeconfig: '{ "a": 1 }' }], []],
  ])("%s", async (_, given, changed) => {
    expect(await settingsChanged(...given)).toEqual({ changed, replaces: [] });
  });

  it("may lead to another cluster while they are not known", async () => {
    const found = await settingsChanged({}, { kubeconfig: UNKNOWN });
    expect(found).toEqual({ changed: ["kubeconfig"], replaces: ["kubeconfig"] });
  });

  it("lead to another cluster only if its address is another", async () => {
    const at = (file: string) => ({ kubeconfig: join(folder, file) });
    const copy = { kubeconfig: kubeconfig("https://127.0.0.1:1") };
    expect((await settingsChanged(at("one"), at("two"))).replaces).toEqual(["kubeconfig"]);
    expect(await settingsChanged(at("one"), copy)).toEqual({
      changed: ["kubeconfig"],
      replaces: [],
    });
  });
});
