import { describe, expect, test } from "vitest";
import { podTemplate } from "../../components/manifest/deployment.ts";
import type { GivenStack } from "../support/plan.ts";
import { planOf, processOf } from "../support/plan.ts";

const podOf = (app: object) =>
  podTemplate(processOf({ app }), { image: "registry.example.com/shop:1", serviceAccount: "shop" });

describe("app.writable", () => {
  test("is an empty folder of each replica, in an order that the stack file's does not change", () => {
    const spec = podOf({ writable: ["/data/", "/app/cache"] }).spec;
    expect(spec).toMatchObject({
      containers: [
        {
          securityContext: { readOnlyRootFilesystem: true },
          volumeMounts: [
            { mountPath: "/tmp" },
            { mountPath: "/home/app" },
            { name: "writable-0", mountPath: "/app/cache" },
            { name: "writable-1", mountPath: "/data" },
          ],
        },
      ],
      volumes: [{}, {}, { name: "writable-0", emptyDir: { sizeLimit: "1Gi" } }, {}],
    });
    expect(podOf({ writable: ["/app/cache", "/data"] }).spec).toEqual(spec);
  });
  test("is where Celery may keep its files", () => {
    const procfile = "web: gunicorn a:b\nbeat: celery -A a beat -s /data/schedule\n";
    const locations = (app: object) =>
      planOf({ procfile, app: { env: { SECRET_KEY: "x" }, ...app } }).warnings.map(
        (it) => it.location,
      );
    expect(locations({})).toEqual(["Procfile:2:24"]);
    expect(locations({ writable: ["/data"] })).toEqual([]);
  });
});

test("app.user is user and group of every process type and of the release", () => {
  const ids = { runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000 };
  expect(podOf({ user: 1000 }).spec).toMatchObject({ securityContext: ids });
  const procfile = "release: migrate\nweb: gunicorn a:b\n";
  expect(planOf({ procfile, app: { user: 1000 } }).release?.pod).toMatchObject({ user: 1000 });
});

describe("app.framework", () => {
  const web = (command: string, framework?: string): GivenStack => ({
    procfile: `web: ${command}\n`,
    app: { framework, env: { SECRET_KEY: "x" } },
  });
  test("is unknown without evidence, and one line says how to say better", () => {
    const { notes, processes } = planOf(web("gunicorn a:b"));
    expect(notes.map((it) => it.message).join()).toContain("dash-scale:app.framework: dash");
    expect(processes[0]?.pod.health).toEqual({ kind: "tcp", port: 8000 });
  });
  test.each(["gunicorn a:b", "node server.js"])("dash is the last word, with %s", (command) => {
    const { notes, processes } = planOf(web(command, "dash"));
    expect(notes.filter(({ location }) => location.startsWith("Procfile"))).toEqual([]);
    expect(processes[0]?.pod.health).toMatchObject({ path: "/_dash-dependencies" });
  });
  test("other is checked by its port, with a word on how to name a path", () => {
    const { notes, warnings, processes } = planOf(web("gunicorn a:b", "other"));
    expect(notes).toEqual([]);
    expect(warnings.map((it) => it.message)).toEqual([
      expect.stringMatching(/^the app is not a Dash app, so its health/),
    ]);
    expect(processes[0]?.pod.health).toMatchObject({ kind: "tcp" });
  });
});
