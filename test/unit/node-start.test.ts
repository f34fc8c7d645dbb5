import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import process from "node:process";
import { describe, expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");

/** What a script prints that is run as the program is. */
function runAsProgram(script: string): string {
  const args = ["--import", "./infra/node.mjs", "--eval", script];
  return execFileSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" }).trim();
}

const LOADED = `Object.keys(require.cache).filter((file) => /node_modules.(typescript|@npmcli.arborist).lib/.test(file)).length`;

describe("what the SDK needs only to serialise functions", () => {
  test("is not loaded at the start", () => {
    expect(runAsProgram(`require("@pulumi/pulumi"); console.log(${LOADED})`)).toBe("0");
  });
  test("is there when it is used", () => {
    const script = `
      const { runtime } = require("@pulumi/pulumi");
      runtime.serializeFunction(() => 42).then(({ text }) => console.log(text.includes("42"), ${LOADED} > 0));`;
    expect(runAsProgram(script)).toBe("true true");
  });
});

describe("of the Kubernetes client, which knows as whom to ask a cluster", () => {
  const USER = `{ contexts: [{ name: "a", context: { cluster: "c", user: "u" } }], users: [{ name: "u", user: { token: "t" } }],
    clusters: [{ name: "c", cluster: { server: "https://127.0.0.1:1" } }], "current-context": "a" }`;
  const asked = (script: string) =>
    runAsProgram(`
      import("./infra/cluster/kubeconfig.ts").then(async ({ loadKubeconfig }) => {
        const config = await loadKubeconfig({ kubeconfig: JSON.stringify(${USER}) });
        ${script}
      });`);

  test("the API is not loaded", () => {
    expect(
      asked(
        `try { config.makeApiClient(class {}); } catch (error) { console.log(error.message); }`,
      ),
    ).toContain("is left out, by infra/node.mjs");
  });
  test("the credentials are there", () => {
    const script = `const options = { headers: {} }; await config.applyToHTTPSOptions(options);
        console.log(options.headers.Authorization, options.agent.constructor.name);`;
    expect(asked(script)).toBe("Bearer t Agent");
  });
});

test("an error of the program is told with its place, without source maps", () => {
  const script = `
    import("./components/manifest/quantity.ts").then(({ formatCpu }) => formatCpu(null)).catch((error) => console.log(error.stack));`;
  expect(runAsProgram(script)).toMatch(/components\/manifest\/quantity\.ts:\d+:\d+/);
});
