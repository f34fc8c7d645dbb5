import { expect, inject, test } from "vitest";
import { MANIFEST_CASES } from "../manifest/cases.ts";
import { BAD, objections } from "./scan.ts";

/**
 * Kinds of controllers, whose schemas no API server here has: what is declared of them is held by
 * unit tests.
 */
const CONTROLLERS_OWN = ["keda.sh/v1alpha1/ScaledObject", "networking.istio.io/v1/DestinationRule"];

function kubeconform(file: string): Promise<string> {
  return objections(inject("scanners").kubeconform, [
    "-strict",
    "-skip",
    CONTROLLERS_OWN.join(","),
    "-schema-location",
    inject("schemaLocation"),
    file,
  ]);
}

test.for(MANIFEST_CASES)("kubeconform finds nothing in $name", async ({ expected }) => {
  expect(await kubeconform(expected)).toBe("");
});

test.for(["readinessProb", "parentRef"])(
  "kubeconform objects to %s, a field that neither Kubernetes nor the Gateway API knows",
  async (field) => {
    expect(await kubeconform(BAD)).toContain(`additional properties '${field}' not allowed`);
  },
);
