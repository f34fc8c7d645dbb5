import { describe, expect, it } from "vitest";
import { crdSchemas, kubernetesSchemas } from "./schemas.ts";

describe("schemas of an API server's OpenAPI document", () => {
  const openapi = {
    definitions: {
      Shop: {
        type: "object",
        description: "A shop.",
        properties: {
          apiVersion: { type: "string" },
          kind: { type: "string" },
          spec: { $ref: "#/definitions/Spec", description: "What is sold." },
        },
        "x-kubernetes-group-version-kind": [{ group: "example.com", version: "v1", kind: "Shop" }],
      },
      Spec: {
        type: "object",
        properties: {
          prices: { type: "object", additionalProperties: { type: "integer" } },
          door: { $ref: "#/definitions/io.k8s.apimachinery.pkg.util.intstr.IntOrString" },
        },
      },
      "io.k8s.apimachinery.pkg.util.intstr.IntOrString": {
        type: "string",
        format: "int-or-string",
      },
      Unused: { type: "object", properties: {} },
    },
  };

  it("allow no field that is not declared, keep maps open, take what they refer to along", () => {
    const schemas = kubernetesSchemas(openapi);
    expect([...schemas.keys()]).toEqual(["example.com_v1_shop.json"]);
    expect(schemas.get("example.com_v1_shop.json")).toMatchObject({
      additionalProperties: false,
      required: ["apiVersion", "kind"],
      properties: {
        apiVersion: { enum: ["example.com/v1"] },
        kind: { enum: ["Shop"] },
        spec: { $ref: "#/definitions/Spec" },
      },
      definitions: {
        Spec: {
          additionalProperties: false,
          properties: {
            prices: { type: "object", additionalProperties: { type: "integer" } },
          },
        },
        "io.k8s.apimachinery.pkg.util.intstr.IntOrString": { type: ["integer", "string"] },
      },
    });
  });

  it("name a kind of the core group as kubeconform does", () => {
    const kinds = [{ group: "", version: "v1", kind: "Pod" }];
    const pod = { type: "object", "x-kubernetes-group-version-kind": kinds };
    expect([...kubernetesSchemas({ definitions: { pod } }).keys()]).toEqual(["v1_v1_pod.json"]);
  });
});

describe("schemas of a CustomResourceDefinition", () => {
  const spec = {
    type: "object",
    properties: {
      port: { "x-kubernetes-int-or-string": true },
      anything: {
        type: "object",
        properties: { a: { type: "string" } },
        "x-kubernetes-preserve-unknown-fields": true,
      },
    },
  };
  const crd = {
    spec: {
      group: "example.com",
      names: { kind: "Shop" },
      versions: [
        { name: "v1", schema: { openAPIV3Schema: { type: "object", properties: { spec } } } },
      ],
    },
  };

  it("allow no field that is not declared, but where the definition keeps unknown ones", () => {
    const schema = crdSchemas(crd).get("example.com_v1_shop.json");
    expect(schema).toMatchObject({
      additionalProperties: false,
      properties: {
        kind: { enum: ["Shop"] },
        metadata: {},
        spec: {
          additionalProperties: false,
          properties: {
            port: { type: ["integer", "string"] },
            anything: expect.not.objectContaining({ additionalProperties: false }),
          },
        },
      },
    });
  });

  it("are refused of anything else", () => {
    expect(() => crdSchemas({ kind: "Pod" })).toThrow("not a CustomResourceDefinition");
  });
});
