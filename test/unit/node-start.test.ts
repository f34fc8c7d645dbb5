import { ROOT } from "../../infra/root.ts";
import { execFileSync } from "node:child_process";
import process from "node:process";
import { describe, expect, test } from "vitest";

/** What a script prints that is run as the program is. */
function runAsProgram(script: string): string {
  const args = ["--import", "./infra/node.mjs", "--eval", script];
  return execFileSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" }).trim();
}

/** How many files of packages are loaded whose names a pattern matches. */
const loaded = (pattern: string) =>
  `Object.keys(require.cache).filter((file) => /${pattern}/.test(file.replaceAll("\\\\", "/"))).length`;

const AT_START = `require("@pulumi/pulumi"); require("@pulumi/pulumi/cmd/run/tracing.js"); require("@pulumi/pulumi/runtime/manifest.js");`;

describe.each([
  {
    what: "what serialises functions",
    pattern: "node_modules.(typescript|@npmcli.arborist|normalize-package-data).",
    use: `await sdk.runtime.serializeFunction(() => 42).then(({ text }) => text.includes("42"))`,
  },
  {
    what: "what runs Pulumi from a program",
    pattern: "pulumi.automation.",
    use: `sdk.automation.LocalWorkspace.name === "LocalWorkspace"`,
  },
  {
    what: "what reads a package.yaml",
    pattern: "js-yaml.lib.",
    use: `require("@pulumi/pulumi/runtime/manifest.js").readPackageManifest("./test/unit/fixtures/yaml-package").data.name === "of-yaml"`,
  },
  {
    what: "what --tracing takes",
    pattern: "@opentelemetry.(sdk-trace-node|exporter-zipkin|instrumentation-grpc).",
    use: `[require("@pulumi/pulumi/cmd/run/tracing.js")].every((it) => {
      it.start("http://localhost:1/api/v2/spans"); return it.newSpan("it").isRecording(); })`,
  },
])("of the SDK, $what", ({ pattern, use }) => {
  test("is not loaded at the start", () => {
    expect(runAsProgram(`${AT_START} console.log(${loaded(pattern)})`)).toBe("0");
  });
  test("is there when it is used", () => {
    const script = `(async () => { ${AT_START} const sdk = require("@pulumi/pulumi"); console.log(${use}, ${loaded(pattern)} > 0); process.exit(); })()`;
    expect(runAsProgram(script)).toBe("true true");
  });
});
