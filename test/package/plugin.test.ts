import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Output } from "@pulumi/pulumi";
import { isSecret, output, runtime, secret } from "@pulumi/pulumi";
import rpc from "@pulumi/pulumi/runtime/rpc.js";
import { describe, expect, test } from "vitest";
import { APP } from "../../components/config/app.ts";
import { STACK } from "../../components/config/stack.ts";
import { ROOT } from "../../infra/root.ts";
import { PLUGIN_SCHEMA, pluginSchemaSource } from "../../package/plugin-schema.ts";
import { argsOf } from "../../package/plugin/inputs.ts";
import { appProvider } from "../../package/plugin/provider.ts";
import schema from "../../package/plugin/schema.json" with { type: "json" };
import { recorded } from "../support/record.ts";

const TOKEN = "dash-scale:index:App";
const SHOP = {
  image: "registry.example.com/shop:1.4.2",
  procfile: { text: "web: gunicorn index:server\nworker: celery -A app worker\n" },
  framework: "dash",
};

/** What the component declares and gives, without an engine. */
async function constructed(inputs: object, type = TOKEN) {
  const { construct } = appProvider("1.2.3", schema);
  let state: unknown;
  const registrations = await recorded(async () => {
    const result = await construct?.("shop", type, inputs, {});
    state = await valueOf(output(result?.state));
  });
  return { state, resources: registrations.map(({ resource }) => resource) };
}

/** As the provider has an input that the engine does not know yet. */
const unknown = output(rpc.deserializeProperty(rpc.unknownValue, true));

function valueOf<Value>(of: Output<Value>): Promise<Value> {
  return new Promise((resolve) => of.apply(resolve));
}

describe("the schema of the component", () => {
  test("is what Pulumi's own analyzer makes of its types (npm run generate)", async () => {
    expect(await pluginSchemaSource()).toBe(await readFile(join(ROOT, PLUGIN_SCHEMA), "utf8"));
  });

  test("has every key of a stack file, and requires the image alone", () => {
    const { app: _, ...beside } = STACK.fields;
    const { inputProperties, requiredInputs } = schema.resources[TOKEN];
    const keys = [...Object.keys(APP.fields), ...Object.keys(beside), "outputName"];
    expect(Object.keys(inputProperties)).toEqual(keys);
    expect(requiredInputs).toEqual(["image"]);
  });

  test("speaks of keys as programs do", () => {
    expect(JSON.stringify(schema)).not.toContain("dash-scale:app");
    expect(JSON.stringify(schema)).not.toContain("dash-scale:scale");
  });

  test("is given with the version of the package", () => {
    const { schema: given = "" } = appProvider("1.2.3", schema);
    expect(JSON.parse(given)).toEqual({ ...schema, version: "1.2.3" });
  });
});

describe("the component", () => {
  test("declares the App of this package, and gives what programs go on with", async () => {
    const { state, resources } = await constructed({ ...SHOP, scale: { web: 2, worker: 0 } });
    expect(resources).toEqual(
      expect.arrayContaining(["App shop", "Deployment shop-web", "Deployment shop-worker"]),
    );
    expect(resources.filter((it) => it.startsWith("App "))).toHaveLength(1);
    expect(state).toMatchObject({
      namespace: "shop",
      serviceUrl: "http://shop-web.shop.svc/",
      deployments: { web: "shop-web", worker: "shop-worker" },
      totals: { pods: 2 },
      outputs: { totals: { pods: 2 }, processes: { web: { replicas: 2 } } },
    });
    expect(state).not.toHaveProperty("host");
  });

  test("gives the host that it is reached by, and no address where nothing serves", async () => {
    const ingress = { host: "shop.example.com", ingress: { className: "nginx" } };
    expect((await constructed({ ...SHOP, ...ingress })).state).toMatchObject({
      host: "shop.example.com",
    });
    const worker = { ...SHOP, procfile: { text: "worker: celery -A app worker\n" } };
    expect((await constructed(worker)).state).not.toHaveProperty("serviceUrl");
  });

  test("reports all mistakes by the names of the args, and declares nothing", async () => {
    const wrong = { ...SHOP, scale: { web: { replicas: 2, min: 1 }, wrker: 1 }, colour: "red" };
    const failing = constructed(wrong);
    await expect(failing).rejects.toThrow(/5 problems[^]*colour[^]*scale\.web[^]*scale\.wrker/);
  });

  test("refuses keys of a stack file, which the program of a stack file alone reads", async () => {
    runtime.setAllConfig({ "dash-scale:scale": '{"web":4}', "shop:image": "a" });
    const failing = constructed(SHOP).finally(() => runtime.setAllConfig({}));
    await expect(failing).rejects.toThrow(
      "dash-scale:scale: is a key of a stack file without a program; give scale to App in the program",
    );
  });

  test("is the only one", async () => {
    await expect(constructed(SHOP, "dash-scale:index:Shop")).rejects.toThrow(
      "dash-scale has no component dash-scale:index:Shop; expected dash-scale:index:App",
    );
  });
});

describe("a map with a secret in it, which arrives as one secret", () => {
  test("has its names known and its values secret", async () => {
    const { secrets, image } = await argsOf({ image: "a", secrets: secret({ KEY: "s3cret" }) });
    expect(image).toBe("a");
    expect(Object.keys(secrets)).toEqual(["KEY"]);
    expect(await isSecret(secrets.KEY)).toBe(true);
    expect(await valueOf(secrets.KEY)).toBe("s3cret");
  });

  test("reaches the cluster as a Secret", async () => {
    const { resources } = await constructed({ ...SHOP, secrets: secret({ KEY: "s3cret" }) });
    expect(resources).toContain("Secret shop-secrets");
  });

  test("stays as it is where the whole of it is not known yet", async () => {
    const given = { env: unknown };
    expect(await argsOf(given)).toEqual(given);
  });
});
