import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { Project } from "./project.ts";
import { suiteEnvironment } from "./suite.ts";

const CRD = resolve(import.meta.dirname, "../scanners/crds/httproutes.yaml");
const GATEWAY = { name: "public", namespace: "gateways" };

describe("a way in by a Gateway", () => {
  let project: Project;

  beforeAll(async () => {
    project = await Project.create(await suiteEnvironment(inject("paths")), {
      name: "gateway",
      procfile: "web: gunicorn index:server --timeout 120\n",
      app: { host: "shop.example.com", basePath: "/shop/", gateway: GATEWAY },
    });
  });
  afterAll(async () => {
    await project.remove();
    await project.kubectl("delete", "--filename", CRD, "--ignore-not-found");
  });

  test("says so where the cluster has no Gateway API", async () => {
    const { status, output } = await project.up();
    expect(status).not.toBe(0);
    expect(output).toContain("HTTPRoute");
  });

  test("is an HTTPRoute that leads the base path to web, and gives requests time enough", async () => {
    await project.apply(await readFile(CRD, "utf8"));
    await project.mustUp();
    const args = ["--namespace", "gateway", "get", "httproute", "gateway-web", "--output", "json"];
    const route: unknown = JSON.parse(await project.kubectl(...args));
    expect(route).toMatchObject({
      spec: {
        parentRefs: [GATEWAY],
        hostnames: ["shop.example.com"],
        rules: [
          {
            matches: [{ path: { type: "PathPrefix", value: "/shop" } }],
            backendRefs: [{ name: "gateway-web", port: 80 }],
            timeouts: { request: "125s" },
          },
        ],
      },
    });
  });

  test("stays as it is when nothing was changed, and goes when it is left out", async () => {
    expect((await project.mustUp("--expect-no-changes")).changes).toEqual([]);
    await project.change({ app: {} });
    const { changes } = await project.mustUp();
    expect(changes.map(({ op, resource }) => `${op} ${resource}`)).toEqual([
      "update Deployment gateway-web",
      "delete HTTPRoute gateway-web",
    ]);
  });
});
