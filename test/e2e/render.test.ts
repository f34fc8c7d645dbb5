import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { LocalEnvironment } from "../../local/environment.ts";
import { MANIFEST_CASES, rendered } from "../manifest/cases.ts";
import { suiteEnvironment } from "./suite.ts";

describe("what render prints", () => {
  let environment: LocalEnvironment;
  const kubectl = async (args: string[], input = "") => {
    const { status, stdout, stderr } = await environment.kubectl(args, { input });
    if (status !== 0) throw new Error(stderr);
    return stdout;
  };

  beforeAll(async () => {
    environment = await suiteEnvironment(inject("place"));
    // What a stack with createNamespace: false finds there.
    await kubectl(["create", "namespace", "team-shop"]);
  });
  afterAll(() =>
    kubectl(["delete", "namespaces", "team-shop", "shop", "four-callbacks", "--ignore-not-found"]),
  );

  test.for(MANIFEST_CASES)("is accepted by kubectl apply: $name", async ({ stackFile }) => {
    const yaml = await rendered(stackFile);
    const said = await kubectl(["apply", "--filename", "-"], yaml);
    expect(said.trim().split("\n")).toHaveLength(yaml.match(/^---$/gm)?.length ?? 0);
    // Strict: no field that the API server does not know.
    await kubectl(
      ["apply", "--filename", "-", "--server-side", "--force-conflicts", "--validate=strict"],
      yaml,
    );
  });
});
