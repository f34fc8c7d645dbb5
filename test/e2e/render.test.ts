import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import type { LocalEnvironment } from "../../local/environment.ts";
import { MANIFEST_CASES, rendered } from "../manifest/cases.ts";
import { mustKubectl } from "./kubectl.ts";
import { suiteEnvironment } from "./suite.ts";

/**
 * Kinds that this cluster does not have, or only while another test has them: those of controllers.
 */
const OF_CONTROLLERS =
  /^apiVersion: (gateway\.networking\.k8s\.io|gateway\.envoyproxy\.io|keda\.sh)\//m;

const EXAMPLES = ["four-callbacks", "four-callbacks-dev", "four-callbacks-staging"];

const ofKubernetes = (yaml: string) =>
  yaml
    .split(/^---\n/m)
    .filter((object) => object.trim() !== "" && !OF_CONTROLLERS.test(object))
    .map((object) => `---\n${object}`);

describe("what render prints", () => {
  let environment: LocalEnvironment;
  const kubectl = (args: string[], input = "") => mustKubectl(environment, args, { input });

  beforeAll(async () => {
    environment = await suiteEnvironment(inject("paths"));
    // What a stack with createNamespace: false finds there.
    await kubectl(["create", "namespace", "team-shop"]);
  });
  afterAll(() =>
    kubectl(["delete", "namespaces", "team-shop", "shop", ...EXAMPLES, "--ignore-not-found"]),
  );

  // The cases share namespaces, and a Job cannot become another one.
  beforeEach(async () => {
    for (const namespace of ["shop", "team-shop"]) {
      await kubectl(["--namespace", namespace, "delete", "jobs", "--all"]);
    }
  });

  test.for(MANIFEST_CASES)("is accepted by kubectl apply: $name", async ({ stackFile }) => {
    const objects = ofKubernetes(await rendered(stackFile));
    const said = await kubectl(["apply", "--filename", "-"], objects.join(""));
    expect(said.trim().split("\n")).toHaveLength(objects.length);
    // Strict: no field that the API server does not know.
    const strictly = ["--server-side", "--force-conflicts", "--validate=strict"];
    await kubectl(["apply", "--filename", "-", ...strictly], objects.join(""));
  });
});
