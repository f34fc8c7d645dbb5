import { createRequire } from "node:module";
import { log, secret } from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { ConfigError } from "../../components/config/errors.ts";
import { planStack } from "../../components/plan/app-plan.ts";
import { stackArgs } from "../../infra/config.ts";
import { dropDebugMessages } from "../../infra/debug-messages.ts";

const CANARY = "canary-value";
const APP = JSON.stringify({
  image: "registry.example.com/shop:1",
  procfile: "test/manifest/Procfile",
});

/** What is told of a stack with these secrets, all of them encrypted in its file. */
function told(secrets: unknown): string {
  const values = { "dash-scale:app": APP, "dash-scale:secrets": JSON.stringify(secrets) };
  try {
    planStack(
      stackArgs(
        { values, secretKeys: ["dash-scale:secrets"] },
        { name: "shop", folder: process.cwd() },
        secret,
      ),
    );
    return "";
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message;
  }
}

describe("dash-scale:secrets", () => {
  test("are texts", () => {
    expect(told({ TOKEN: CANARY })).toBe("");
  });
  test.each([
    ["a map", { TOKEN: { key: CANARY } }],
    ["a list", { TOKEN: [CANARY] }],
  ])("are not %s, which is told with its place and without its value", (_, secrets) => {
    expect(told(secrets)).toContain("dash-scale:secrets.TOKEN: must be text");
    expect(told(secrets)).not.toContain(CANARY);
  });
});

test("the SDK's own debug messages, which quote secrets, are dropped", async () => {
  const seenBySdk = createRequire(import.meta.url)("@pulumi/pulumi/log/index.js");
  const { debug } = log;
  expect(seenBySdk.debug).toBe(debug);
  dropDebugMessages();
  expect(seenBySdk.debug).not.toBe(debug);
  await expect(seenBySdk.debug("RegisterResource RPC finished")).resolves.toBeUndefined();
});
