import { cp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { ROOT } from "../../infra/root.ts";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { LocalEnvironment } from "../../local/environment.ts";
import { suiteEnvironment } from "../e2e/suite.ts";
import { Consumer, INSTALL, MINUTES, PULUMI, tarballs, UP } from "./consumer.ts";

const PROCFILE = "web: gunicorn index:server\nworker: celery -A tasks worker\n";
/** Stands in the kept state for the cluster that the stack is in. */
const KEPT_CLUSTER = "00000000-0000-4000-8000-000000000000";

/** What `pulumi preview --json` prints, as far as is looked at here. */
interface Preview {
  readonly steps: readonly {
    readonly op: string;
    readonly urn: string;
    readonly detailedDiff?: Readonly<Record<string, unknown>> | null;
  }[];
  readonly changeSummary: Readonly<Record<string, number>>;
  readonly diagnostics?: readonly { readonly severity: string; readonly message: string }[];
}

async function clusterId({ kubectl }: LocalEnvironment): Promise<string> {
  const path = "jsonpath={.metadata.uid}";
  return (await kubectl(["get", "namespace", "kube-system", "--output", path])).stdout;
}

/** A resource of a checkpoint; those of the Kubernetes provider name their field manager. */
interface Kept {
  readonly inputs?: object;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/**
 * Puts the objects of a checkpoint into the cluster, as the provider did: it asks the API server
 * what an update would make of them.
 */
async function applyCheckpoint({ kubectl }: LocalEnvironment, checkpoint: string): Promise<void> {
  const { deployment }: { deployment: { resources: readonly Kept[] } } = JSON.parse(checkpoint);
  for (const { inputs, outputs } of deployment.resources) {
    const manager = outputs?.["__fieldManager"];
    const input = JSON.stringify(inputs);
    if (typeof manager !== "string" || input.includes(SECRET_SIGNATURE)) continue;
    const as = ["--server-side", `--field-manager=${manager}`];
    const { status, stderr } = await kubectl(["apply", ...as, "--filename=-"], { input });
    if (status !== 0) throw new Error(stderr);
  }
}

/** By which a checkpoint tells a secret. Source: pulumi/pulumi, sdk/go/common/resource/sig. */
const SECRET_SIGNATURE = "4dabf18193072939515e22adb298388d";

let packed: Awaited<ReturnType<typeof tarballs>>;
let shop: Consumer;
beforeAll(async () => {
  packed = await tarballs();
  shop = await Consumer.create(await suiteEnvironment(inject("paths")), "consumed", {
    Procfile: PROCFILE,
    "requirements.txt": "dash\ngunicorn\ncelery\n",
  });
}, 20 * MINUTES);
afterAll(async () => {
  await shop.run("deploy", "pulumi", "destroy", "--yes", "--skip-preview", ...PULUMI);
  await shop.remove();
  await rm(packed.folder, { recursive: true, force: true });
});

// One newcomer, from an app's repository to a package that was upgraded: each test goes on from
// where the one before it left off.
describe("an app's repository with a Procfile", () => {
  test("becomes running pods in three commands", { timeout: 20 * MINUTES }, async () => {
    const began = Date.now();
    const init = ["exec", "--yes", "--package", packed.now, "--", "dash-scale", "init"];
    const said = await shop.must(".", "npm", ...init, "--image", "registry.example.com/shop:1");
    expect(said).toContain("a Dash app, gunicorn, port 8000");
    await shop.must("deploy", "npm", ...INSTALL, packed.now);
    await shop.must("deploy", "pulumi", "stack", "init", "dev", "--non-interactive");
    await shop.must("deploy", "pulumi", ...UP);
    // With the downloads of npm: a figure to read, not one to judge by on a machine that others use.
    const seconds = Math.round((Date.now() - began) / 1000);
    process.stdout.write(`From a Procfile to running pods in three commands: ${seconds} s\n`);
    // Two of the proxy, which init turns on.
    expect(await shop.pods("consumed-dev")).toEqual(["proxy", "proxy", "web", "worker"]);
  });

  test(
    "is scaled by the dash-scale that is installed, and nothing else changes",
    { timeout: 10 * MINUTES },
    async () => {
      await shop.must("deploy", "npx", "dash-scale", "scale", "web=3");
      const { stdout } = await shop.run("deploy", "pulumi", "preview", "--json", ...PULUMI);
      const { changeSummary }: { changeSummary: Record<string, number> } = JSON.parse(stdout);
      expect(changeSummary).toMatchObject({ update: 1 });
      await shop.must("deploy", "pulumi", ...UP);
      expect(await shop.pods("consumed-dev")).toEqual([
        "proxy",
        "proxy",
        "web",
        "web",
        "web",
        "worker",
      ]);
      const checked = await shop.must("deploy", "npx", "dash-scale", "check", "--json");
      expect(JSON.parse(checked)).toMatchObject({ stack: "dev", problems: [] });
    },
  );

  // The project and the state as dash-scale of commit dcb4747 left them: the first with a package.
  test(
    "with a stack of an earlier version is upgraded with the changes that are meant, and no others",
    { timeout: 10 * MINUTES },
    async () => {
      const environment = await suiteEnvironment(inject("paths"));
      const earlier = await Consumer.create(environment, "upgraded", {});
      await cp(join(import.meta.dirname, "upgrade"), earlier.folder, { recursive: true });
      const modules = join(earlier.folder, "deploy/node_modules");
      await symlink(join(shop.folder, "deploy/node_modules"), modules);
      const checkpoint = await readFile(join(earlier.folder, "checkpoint.json"), "utf8");
      const cluster = await clusterId(environment);
      await earlier.write("checkpoint.json", checkpoint.replaceAll(KEPT_CLUSTER, cluster));
      await applyCheckpoint(environment, checkpoint);
      await earlier.must("deploy", "pulumi", "stack", "init", "dev", "--non-interactive");
      const from = ["stack", "import", "--stack", "dev", "--file", "../checkpoint.json"];
      await earlier.must("deploy", "pulumi", ...from);
      const { stdout } = await earlier.run("deploy", "pulumi", "preview", "--json", ...PULUMI);
      const { steps, changeSummary, diagnostics = [] }: Preview = JSON.parse(stdout);
      const errors = diagnostics.filter(({ severity }) => severity === "error");
      const changed = steps
        .filter(({ op }) => op !== "same")
        .map(({ op, urn, detailedDiff }) => [
          `${op} ${urn.split("::").at(-1)}`,
          ...Object.keys(detailedDiff ?? {}).toSorted(),
        ]);
      // What is changed on purpose belongs here, and into the changelog.
      const probe = "spec.template.spec.containers[0].startupProbe";
      const startup = [`${probe}.failureThreshold`, `${probe}.periodSeconds`];
      expect({ errors, changed: changed.map((it) => it.join(" ")).toSorted() }).toEqual({
        errors: [],
        changed: [
          ["update upgraded-proxy", ...startup].join(" "),
          ["update upgraded-web", "spec.minReadySeconds", ...startup].join(" "),
        ],
      });
      // Of resources that stay as they are, the steps name the stack alone.
      expect(changeSummary).toEqual({ same: 19, update: 2 });
      await earlier.must("deploy", "pulumi", "stack", "rm", "dev", "--force", "--yes");
      await environment.kubectl(["delete", "namespace", "upgraded-dev", "--wait=false"]);
      await earlier.remove();
    },
  );

  test(
    "takes the next version of the package without a change of the cluster",
    { timeout: 10 * MINUTES },
    async () => {
      await shop.must("deploy", "npm", ...INSTALL, packed.next);
      const manifest = join(shop.folder, "deploy/node_modules/dash-scale/package.json");
      expect(JSON.parse(await readFile(manifest, "utf8")).version).toContain("-next.1");
      await shop.must("deploy", "pulumi", "preview", "--expect-no-changes", ...PULUMI);
    },
  );
});

describe("a program of somebody's own", () => {
  test(
    "is told by its own names, held to its guards, and runs",
    { timeout: 20 * MINUTES },
    async () => {
      const program = (web: number | string, more = "") => `
      import { withPreflight } from "dash-scale";
      const args = { image: "registry.example.com/shop:1", framework: "dash", scale: { web: ${web} },
        guards: { scaleDown: "confirm" }, ${more} };
      export const coded = (await withPreflight("coded", args)).outputs;
    `;
      const other = await Consumer.create(await suiteEnvironment(inject("paths")), "coded", {
        Procfile: PROCFILE,
        "Pulumi.yaml": "name: coded\nruntime: { name: nodejs, options: { typescript: false } }\n",
        "package.json": '{ "type": "module", "main": "index.js" }',
        "index.js": program(-1),
      });
      await symlink(join(shop.folder, "deploy/node_modules"), join(other.folder, "node_modules"));
      await other.must(".", "pulumi", "stack", "init", "dev", "--non-interactive");
      const refused = await other.run(".", "pulumi", ...UP);
      expect(refused.stdout).toContain("scale.web: got -1; expected a whole number");
      await writeFile(join(other.folder, "index.js"), program(6));
      await other.must(".", "pulumi", ...UP);
      expect(await other.pods("coded")).toHaveLength(7);
      await writeFile(join(other.folder, "index.js"), program(1));
      const steep = await other.run(".", "pulumi", ...UP);
      expect(steep.stdout).toContain('confirm it: confirm: { "web": "6 -> 1" }');
      expect(await other.pods("coded")).toHaveLength(7);
      await writeFile(join(other.folder, "index.js"), program(1, 'confirm: { web: "6 -> 1" }'));
      await other.must(".", "pulumi", ...UP);
      await other.must(".", "pulumi", "destroy", "--yes", "--skip-preview", ...PULUMI);
      await other.remove();
    },
  );

  test("is the example, as it stands", { timeout: 20 * MINUTES }, async () => {
    const other = await Consumer.create(await suiteEnvironment(inject("paths")), "example", {});
    await cp(join(ROOT, "examples/typescript"), other.folder, { recursive: true });
    await symlink(join(shop.folder, "deploy/node_modules"), join(other.folder, "node_modules"));
    await other.must(".", "pulumi", "stack", "init", "dev", "--non-interactive");
    const set = ["config", "set", "--stack", "dev"];
    await other.must(".", "pulumi", ...set, "image", "registry.example.com/shop:1");
    await other.must(".", "pulumi", ...set, "--secret", "secretKey", "s3cret-value");
    await other.must(".", "pulumi", ...UP);
    expect(await other.pods("shop")).toEqual(["proxy", "proxy", "web", "web", "worker"]);
    await other.must(".", "pulumi", "destroy", "--yes", "--skip-preview", ...PULUMI);
    await other.remove();
  });
});
