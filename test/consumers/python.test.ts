import { cp, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { LocalEnvironment } from "../../local/environment.ts";
import { ROOT } from "../../infra/root.ts";
import schema from "../../package/plugin/schema.json" with { type: "json" };
import { suiteEnvironment } from "../e2e/suite.ts";
import { Consumer, INSTALL, MINUTES, PULUMI, tarballs, UP } from "./consumer.ts";
import { pythonSdkMaker, whyNoPython } from "./language-hosts.ts";

const EXAMPLE = join(ROOT, "examples/python");
const SDK = "sdks/dash-scale";
const NAMESPACE = "python-shop";

let environment: LocalEnvironment;
let shop: Consumer;
let packed: Awaited<ReturnType<typeof tarballs>>;
// The example as it stands, and the SDK that `pulumi package add` would make for it.
beforeAll(async () => {
  environment = await suiteEnvironment(inject("paths"));
  shop = await Consumer.create(environment, "python-shop", {
    "schema.json": JSON.stringify({ ...schema, version: "0.1.0" }),
  });
  for (const file of await readdir(EXAMPLE)) {
    if (file !== "package.json") await cp(join(EXAMPLE, file), join(shop.folder, file));
  }
  // A stack and a namespace of its own: the example in TypeScript may run at the same time.
  const project = await readFile(join(EXAMPLE, "Pulumi.yaml"), "utf8");
  await shop.write("Pulumi.yaml", project.replace("name: shop", `name: ${NAMESPACE}`));
  const program = await readFile(join(EXAMPLE, "__main__.py"), "utf8");
  const image = 'image=config.require("image"),';
  await shop.write("__main__.py", program.replace(image, `${image} namespace="${NAMESPACE}",`));
  await shop.must(".", await pythonSdkMaker(), "schema.json", SDK);
  packed = await tarballs();
}, 20 * MINUTES);
afterAll(async () => {
  await shop.remove();
  await rm(packed.folder, { recursive: true, force: true });
});

describe("the SDK for Python that Pulumi's generator makes of the component", () => {
  test("compiles", async ({ skip }) => {
    const { status } = await shop.run(".", "python3", "--version").catch(() => ({ status: 1 }));
    skip(status !== 0, "there is no python3");
    const compiled = await shop.run(".", "python3", "-m", "compileall", "-q", SDK);
    expect(compiled).toMatchObject({ status: 0, stdout: "" });
  });

  test("has all that the example uses of it", async () => {
    const program = await readFile(join(EXAMPLE, "__main__.py"), "utf8");
    const folder = join(shop.folder, SDK, "pulumi_dash_scale");
    const files = await readdir(folder);
    const modules = files.filter((file) => file.endsWith(".py"));
    const texts = await Promise.all(modules.map((file) => readFile(join(folder, file), "utf8")));
    const all = texts.join("\n");
    const used = [...program.matchAll(/dash_scale\.(\w+)/g)].map(([, name = ""]) => name);
    expect(used.length).toBeGreaterThan(3);
    for (const name of used) expect(all).toMatch(new RegExp(`^class ${name}\\b`, "m"));
    const given = [...program.matchAll(/^ {4}(\w+)=/gm)].map(([, name = ""]) => name);
    expect(given.length).toBeGreaterThan(5);
    for (const name of given) expect(all).toMatch(new RegExp(`^ +def ${name}\\(self\\)`, "m"));
  });
});

describe("a program in Python: examples/python", () => {
  test("runs, is shown the cost, and scales", { timeout: 20 * MINUTES }, async ({ skip }) => {
    const why = await whyNoPython(environment);
    skip(why !== undefined, why ?? "");
    await shop.must(".", "npm", ...INSTALL, packed.now);
    await shop.must(".", "python3", "-m", "venv", "venv");
    await shop.must(".", "venv/bin/pip", "install", "-q", "-r", "requirements.txt");
    await shop.must(".", "pulumi", "stack", "init", "dev", "--non-interactive");
    const set = ["config", "set", "--stack", "dev"];
    await shop.must(".", "pulumi", ...set, "image", "registry.example.com/shop:1");
    await shop.must(".", "pulumi", ...set, "--secret", "secretKey", "s3cret-value");
    try {
      await shop.must(".", "pulumi", ...UP);
      expect(await shop.pods(NAMESPACE)).toEqual(["proxy", "proxy", "web", "web", "worker"]);
      await shop.must(".", "pulumi", ...set, "web", "4");
      expect(await shop.must(".", "pulumi", "preview", ...PULUMI)).toMatch(/web +2 → 4 /);
      await shop.must(".", "pulumi", ...UP);
      expect((await shop.pods(NAMESPACE)).filter((it) => it === "web")).toHaveLength(4);
      expect(await shop.must(".", "pulumi", "stack", "export")).not.toContain("s3cret-value");
    } finally {
      await shop.run(".", "pulumi", "destroy", "--yes", "--skip-preview", ...PULUMI);
    }
  });
});
