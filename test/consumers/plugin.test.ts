import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { suiteEnvironment } from "../e2e/suite.ts";
import { Consumer, INSTALL, MINUTES, PULUMI, tarballs, UP } from "./consumer.ts";
import { installYamlHost } from "./language-hosts.ts";

const PROCFILE = "web: gunicorn index:server\nworker: celery -A tasks worker\n";

/** A program in YAML, with what changes in it. */
const program = (web: number | string, more = "") => `
name: listed
runtime: yaml
plugins:
  providers:
    - name: dash-scale
      path: node_modules/dash-scale/plugin
config:
  secretKey: { type: string, secret: true }
resources:
  shop:
    type: dash-scale:App
    properties:
      image: registry.example.com/shop:1
      namespace: listed
      framework: dash
      procfile: Procfile
      env: { LOG_LEVEL: info }
      secrets: { SECRET_KEY: "\${secretKey}" }
      scale: { web: ${web}, worker: { replicas: 1, memory: 256Mi } }
      guards: { scaleDown: confirm }
      ${more}
outputs:
  shop: \${shop.outputs}
  address: \${shop.serviceUrl}
`;

let packed: Awaited<ReturnType<typeof tarballs>>;
beforeAll(async () => {
  packed = await tarballs();
}, 10 * MINUTES);
afterAll(() => rm(packed.folder, { recursive: true, force: true }));

describe("a program in YAML with the component", () => {
  let listed: Consumer;
  beforeAll(async () => {
    const environment = await suiteEnvironment(inject("paths"));
    await installYamlHost(environment);
    listed = await Consumer.create(environment, "listed", {
      Procfile: PROCFILE,
      "Pulumi.yaml": program(-1),
    });
    await listed.must(".", "npm", ...INSTALL, packed.now);
    await listed.must(".", "pulumi", "stack", "init", "dev", "--non-interactive");
    await listed.must(".", "pulumi", "config", "set", "--secret", "secretKey", "s3cret-value");
  }, 20 * MINUTES);
  afterAll(async () => {
    await listed.run(".", "pulumi", "destroy", "--yes", "--skip-preview", ...PULUMI);
    await listed.remove();
  });

  test("is told its mistakes by the names of the args, before anything is declared", async () => {
    const { stdout, status } = await listed.run(".", "pulumi", ...UP);
    expect(status).not.toBe(0);
    expect(stdout).toContain("scale.web: got -1; expected a whole number");
    expect(await listed.pods("listed")).toEqual([]);
  });

  test("is shown the cost, and runs once all pods do", { timeout: 5 * MINUTES }, async () => {
    await listed.write("Pulumi.yaml", program(4));
    const preview = await listed.must(".", "pulumi", "preview", ...PULUMI);
    expect(preview).toContain("Resource summary:");
    expect(preview).toMatch(/web +4 /);
    const up = await listed.must(".", "pulumi", ...UP);
    expect(up).not.toContain("s3cret-value");
    expect(await listed.pods("listed")).toEqual(["web", "web", "web", "web", "worker"]);
    const outputs = JSON.parse(await listed.must(".", "pulumi", "stack", "output", "--json"));
    expect(outputs).toMatchObject({
      address: "http://shop-web.listed.svc/",
      shop: { processes: { web: { replicas: 4 } }, totals: { pods: 5 } },
    });
    const state = await listed.must(".", "pulumi", "stack", "export");
    expect(state).not.toContain("s3cret-value");
  });

  test("changes nothing where nothing was changed", { timeout: 5 * MINUTES }, async () => {
    const { status } = await listed.run(".", "pulumi", "preview", "--expect-no-changes", ...PULUMI);
    expect(status).toBe(0);
  });

  test("is held to its guards, and scales", { timeout: 5 * MINUTES }, async () => {
    await listed.write("Pulumi.yaml", program(1));
    const steep = await listed.run(".", "pulumi", ...UP);
    expect(steep.stdout).toContain('confirm it: confirm: { "web": "4 -> 1" }');
    expect(await listed.pods("listed")).toHaveLength(5);
    await listed.write("Pulumi.yaml", program(1, 'confirm: { web: "4 -> 1" }'));
    await listed.must(".", "pulumi", ...UP);
    expect(await listed.pods("listed")).toEqual(["web", "worker"]);
  });

  test("ends an autoscaler before it sets replicas", { timeout: 5 * MINUTES }, async () => {
    await listed.write("Pulumi.yaml", program("{ min: 2, max: 3, cpu: 70 }"));
    await listed.must(".", "pulumi", ...UP);
    await listed.write("Pulumi.yaml", program(2));
    const up = await listed.must(".", "pulumi", ...UP);
    expect(up).toContain("The autoscaler of Deployment listed/shop-web was removed");
  });
});
