import { describe, expect, it } from "vitest";
import { importedInputs } from "../../local/plugins/kubernetes/checkpoint.ts";
import { ApiError } from "../../infra/cluster/api-error.ts";
import { idOf, parseId, typeOf, withName } from "../../local/plugins/kubernetes/naming.ts";
import { UNKNOWN } from "../../local/plugins/kubernetes/unknowns.ts";

const URN = "urn:pulumi:dev::shop::dash-scale:index:App$kubernetes:core/v1:Secret::creds";
const naming = { urn: URN, seed: new Uint8Array([1]), proposed: "", disabled: false };

describe("a URN", () => {
  it.each([
    [URN, { apiVersion: "v1", kind: "Secret" }],
    [
      "urn:pulumi:d::p::kubernetes:apps/v1:Deployment::a::b",
      { apiVersion: "apps/v1", kind: "Deployment" },
    ],
    [
      "urn:pulumi:d::p::kubernetes:networking.k8s.io/v1:Ingress::a",
      { apiVersion: "networking.k8s.io/v1", kind: "Ingress" },
    ],
  ])("%s", (urn, expected) => {
    expect(typeOf(urn)).toEqual(expected);
  });
});

describe("an id", () => {
  it.each([
    ["shop/web", { namespace: "shop", name: "web" }],
    ["shop", { namespace: undefined, name: "shop" }],
  ])("%s", (id, expected) => {
    expect(parseId(id)).toEqual(expected);
    const metadata = { name: expected.name, ...(expected.namespace !== undefined && expected) };
    expect(idOf({ metadata })).toBe(id);
  });
});

describe("a name", () => {
  it("that is given stays", () => {
    const inputs = { metadata: { name: "web" } };
    expect(withName(inputs, {}, naming)).toBe(inputs);
  });

  it("that is not known yet is waited for", () => {
    const inputs = { metadata: { name: UNKNOWN } };
    expect(withName(inputs, {}, naming)).toBe(inputs);
  });

  it("is made up from the resource's, and marked", () => {
    const named = withName({ metadata: { annotations: { a: "b" } } }, {}, naming);
    expect(named).toEqual({
      metadata: {
        name: expect.stringMatching(/^creds-[0-9a-f]{8}$/),
        annotations: { a: "b", "pulumi.com/autonamed": "true" },
      },
    });
    expect(withName({}, {}, naming)["metadata"]).toMatchObject({
      annotations: { "pulumi.com/autonamed": "true" },
    });
  });

  it("that was made up is kept", () => {
    const old = withName({}, {}, naming);
    expect(withName({}, old, { ...naming, seed: new Uint8Array([2]) })).toEqual(old);
  });

  it("is the stack's proposal, or refused where the stack says so", () => {
    expect(withName({}, {}, { ...naming, proposed: "p" })["metadata"]).toMatchObject({ name: "p" });
    expect(() => withName({}, {}, { ...naming, disabled: true })).toThrow("autonaming is disabled");
  });

  it("cannot be left to the cluster", () => {
    expect(() => withName({ metadata: { generateName: "a-" } }, {}, naming)).toThrow(
      "generateName",
    );
  });
});

describe("an import", () => {
  it("takes what describes the object, not what the cluster wrote", () => {
    const live = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      status: { replicas: 1 },
      metadata: {
        name: "web",
        uid: "1",
        generation: 2,
        resourceVersion: "3",
        managedFields: [],
        annotations: { "deployment.kubernetes.io/revision": "1" },
        labels: { app: "web" },
      },
      spec: { replicas: 1 },
    };
    expect(importedInputs(live)).toEqual({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "web", labels: { app: "web" } },
      spec: { replicas: 1 },
    });
  });
});

describe("a refusal", () => {
  const invalid = new ApiError(422, {
    message: "many words",
    reason: "Invalid",
    details: {
      causes: [
        { field: "spec.replicas", message: "must not be negative" },
        { field: "spec.replicas", message: "must not be negative" },
        { field: "spec.selector", message: "field is immutable" },
      ],
    },
  });

  it("tells a wrong object from a missing namespace", () => {
    const missing = new ApiError(404, { details: { kind: "namespaces" } });
    expect([invalid.isInvalid, invalid.isMissingNamespace]).toEqual([true, false]);
    expect([missing.isInvalid, missing.isMissingNamespace]).toEqual([false, true]);
    const message = "failed: .spec.replicaz: field not declared in schema";
    expect(new ApiError(500, { message }).isInvalid).toBe(true);
  });
});
