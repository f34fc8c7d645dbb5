import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { projectCopy, started } from "../support/command.ts";

const FIXTURES = join(import.meta.dirname, "fixtures");

let folder: string;
let bin: string;

beforeEach(async () => {
  folder = await projectCopy();
  bin = join(folder, "bin");
  await mkdir(bin);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const stub = (program: string, script: string) =>
  writeFile(join(bin, program), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
/** A Pulumi that reports what a real one has once reported. */
const pulumiReports = (name: string, status = 0) =>
  stub("pulumi", `echo "$@" > asked-pulumi\ncat "${FIXTURES}/${name}.json"\nexit ${status}`);
/** A cluster with the objects of `drifted`. */
const kubectlAnswers = () =>
  stub(
    "kubectl",
    `echo "$@" > asked-kubectl; cat > asked-objects\nprintf '{"items":'; cat "${FIXTURES}/live.json"; printf '}'`,
  );
const asked = (what: string) => readFile(join(folder, `asked-${what}`), "utf8");
const drift = (...args: string[]) => started(folder, ["drift", ...args], bin).ended;

describe("what has drifted", () => {
  beforeEach(async () => {
    await pulumiReports("drifted");
    await kubectlAnswers();
  });
  test("is told with who did it, and how to put it back", async () => {
    const { status, stdout, stderr } = await drift();
    expect(stdout.replaceAll(/T?\d\d:\d\d/g, "")).toBe(`\
Deployment shop-web: metadata.annotations["pulumi.com/patchForce"] true → none
Deployment shop-web: replicas 2 → 5 (by kubectl scale)
Deployment shop-web: variable LOG_LEVEL of container app changed (by kubectl-set, 2026-11-25  UTC)
Deployment shop-web: image of container app registry.example.com/shop:dev → registry.example.com/x:2 (by kubectl-set, 2026-11-25  UTC)
Deployment shop-web: resources.limits.memory of container app 512Mi → 1Gi (by kubectl-set, 2026-11-25  UTC)
PodDisruptionBudget shop-web: deleted
Service shop-web: spec.ports[0].port 80 → 81 (by kubectl-patch, 2026-11-25  UTC)

Put back with: pulumi up --refresh --stack dev
`);
    expect([status, stderr]).toEqual([2, ""]);
  });
  test("is asked of Pulumi without a prompt, a write or the program; of the stack's own cluster", async () => {
    await drift("--stack", "acme/shop/production");
    expect(await asked("pulumi")).toBe(
      "refresh --preview-only --json --suppress-permalink=true --non-interactive --color never --stack acme/shop/production\n",
    );
    expect(await asked("kubectl")).toMatch(
      /^get --filename - .*--show-managed-fields .*--context dev\n$/,
    );
    const { items } = JSON.parse(await asked("objects"));
    const metadata = { name: "shop-web", namespace: "shop" };
    expect(items).toEqual([
      { apiVersion: "apps/v1", kind: "Deployment", metadata },
      { apiVersion: "v1", kind: "Service", metadata },
    ]);
  });
  test("as JSON", async () => {
    const { status, stdout } = await drift("--json");
    const { stack, objects, drift: found } = JSON.parse(stdout);
    expect([status, stack, objects, found.length]).toEqual([2, "dev", 5, 7]);
    expect(found[1]).toMatchObject({
      path: "spec.replicas",
      before: 2,
      after: 5,
      by: "kubectl scale",
    });
  });
  test("is told without who did it where kubectl cannot tell", async () => {
    await stub("kubectl", "echo 'error: You must be logged in' >&2; exit 1");
    const { status, stdout, stderr } = await drift();
    expect(stdout).toContain("Deployment shop-web: replicas 2 → 5\n");
    expect([status, stderr]).toEqual([
      2,
      "Who changed it is unknown: error: You must be logged in\n",
    ]);
  });
  test("is not said to be of those who changed another object of the same name", async () => {
    const live = await readFile(join(FIXTURES, "live.json"), "utf8");
    await writeFile(join(folder, "other.json"), live.replaceAll(/"uid": "./g, '"uid": "x'));
    await stub("kubectl", `printf '{"items":'; cat other.json; printf '}'`);
    const { stdout } = await drift();
    expect(stdout).toContain("Deployment shop-web: replicas 2 → 5\n");
  });
});

describe("no drift", () => {
  test("is said with what was looked at, and kubectl is not asked", async () => {
    await pulumiReports("not-come-up");
    await stub("kubectl", "echo asked >&2");
    expect(await drift()).toEqual({
      status: 0,
      stdout: "No drift: the stack dev has its only object as Pulumi left it.\n",
      stderr: "",
    });
  });
  test("in a stack that was never brought up", async () => {
    await stub("pulumi", `echo '{"changeSummary":{}}'`);
    expect((await drift()).stdout).toBe("No drift: the stack dev has nothing in the cluster.\n");
  });
});

describe("what cannot be found out ends with 1, and never with 0 or 2", () => {
  test.each<[string, string, string]>([
    [
      "a stack that Pulumi does not know",
      "echo \"error: no stack named 'dev' found\" >&2; exit 6",
      "  no stack named 'dev' found\n",
    ],
    ["no report", "echo Done.", "it printed no report; update Pulumi"],
    [
      "a report that is broken off",
      "echo '{\"steps\":['; exit 1",
      "it printed no report; update Pulumi",
    ],
    ["a failure without a reason", "echo '{}'; exit 255", "it ended with status 255"],
  ])("%s", async (_, script, reason) => {
    await stub("pulumi", script);
    const { status, stdout, stderr } = await drift();
    expect(stderr).toContain("Pulumi could not compare the stack dev with its cluster:\n");
    expect(stderr).toContain(reason);
    expect([status, stdout]).toEqual([1, ""]);
  });
  test("an unreachable cluster", async () => {
    await pulumiReports("unreachable", 1);
    const { status, stdout, stderr } = await drift("--json");
    expect(stderr).toContain("cannot reach the cluster at https://127.0.0.1:1");
    expect([status, stdout]).toEqual([1, ""]);
  });
  test("a user without credentials, for whom Pulumi would wait for ever", async () => {
    const kubeconfig = {
      clusters: [{ name: "dev", cluster: { server: "https://127.0.0.1:1" } }],
      contexts: [{ name: "dev", context: { cluster: "dev", user: "nobody" } }],
    };
    await writeFile(join(folder, "kubeconfig"), JSON.stringify(kubeconfig));
    await stub("pulumi", "echo asked");
    const { status, stdout, stderr } = await drift();
    expect(stderr).toContain('the user of its context "dev" has no credentials');
    expect([status, stdout]).toEqual([1, ""]);
  });
  test("whatever of the provider's settings would make nothing of it", async () => {
    await stub("pulumi", 'env | grep -c "^PULUMI_K8S_.*_UNREACHABLE=false$" >&2; exit 1');
    expect((await drift()).stderr).toContain("  2\n");
  });
  test.each([
    [
      ["--stack", "prodction"],
      'no such stack; expected "dev", "production" or "staging". Did you mean "production"?',
    ],
    [
      ["--jsn"],
      'unknown option --jsn. Did you mean "--json"?\nHow to use it: npx dash-scale drift --help',
    ],
    [
      ["--local"],
      "The local cluster has not been started yet. Start it: npx dash-scale local start",
    ],
    [["--local", "--stack", "x"], 'There is no stack "x"'],
  ])("%j", async (args, message) => {
    await stub("pulumi", "echo asked");
    const { status, stdout, stderr } = await drift(...args);
    expect(stderr).toContain(message);
    expect([status, stdout]).toEqual([1, ""]);
  });
});
