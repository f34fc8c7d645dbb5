import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import type { LocalEnvironment } from "../../local/environment.ts";
import { MANIFEST_CASES, rendered } from "../manifest/cases.ts";
import { mustKubectl } from "./kubectl.ts";
import { suiteEnvironment } from "./suite.ts";

const EXAMPLES = ["four-callbacks", "four-callbacks-dev", "four-callbacks-staging"];

describe("what render prints", () => {
  let environment: LocalEnvironment;
  const kubectl = (args: string[], input = "") => mustKubectl(environment, args, { input });

  beforeAll(async () => {
    environment = await suiteEnvironment(inject("place"));
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

  /** Without the kinds that this cluster does not have: those of controllers. */
  const known = async (yaml: string) => {
    const versions = (await kubectl(["api-versions"])).trim().split("\n");
    return yaml
      .split(/^---\n/m)
      .filter((object) => versions.includes(/^apiVersion: (.*)$/m.exec(object)?.[1] ?? ""))
      .map((object) => `---\n${object}`);
  };

  test.for(MANIFEST_CASES)("is accepted by kubectl apply: $name", async ({ stackFile }) => {
    const objects = await known(await rendered(stackFile));
    const said = await kubectl(["apply", "--filename", "-"], objects.join(""));
    expect(said.trim().split("\n")).toHaveLength(objects.length);
    // Strict: no field that the API server does not know.
    const strictly = ["--server-side", "--force-conflicts", "--validate=strict"];
    await kubectl(["apply", "--filename", "-", ...strictly], objects.join(""));
  });
});
