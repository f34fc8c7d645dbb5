import { costOf } from "../../components/cost/cost.ts";
import { describe, expect, test } from "vitest";
import type { GivenStack } from "../support/plan.ts";
import { planOf, problemsOf, processOf } from "../support/plan.ts";

const FLOWER = "web: gunicorn a:b\nflower: celery -A a flower --port=$PORT\n";
const flower = (options: object, more: object = {}): GivenStack => ({
  procfile: FLOWER,
  app: { env: { SECRET_KEY: "x", ...more } },
  scale: { flower: 1 },
  processes: { flower: options },
});

describe("processes.TYPE.port", () => {
  test("of web is what $PORT says, and what everything follows", () => {
    const given = { procfile: "web: node server.js\n", processes: { web: { port: 3000 } } };
    expect(processOf(given)).toMatchObject({
      port: { port: 3000 },
      pod: { ports: { http: 3000 }, env: { PORT: "3000" }, health: { port: 3000 } },
    });
    expect(planOf(given).traffic).toMatchObject({ port: 3000 });
  });
  test("gives any other type a port, checked by its being open, and reached by the app's own pods", () => {
    const plan = planOf(flower({ port: 5555 }));
    expect(plan.warnings).toEqual([]);
    expect(plan.processes[1]?.pod).toMatchObject({
      ports: { http: 5555 },
      env: { PORT: "5555" },
      health: { kind: "tcp", port: 5555 },
      preStopSeconds: 5,
    });
    expect(plan.network?.services).toMatchObject([
      { identity: { name: "shop-flower" }, port: 5555 },
    ]);
  });
  test("and a Service, at which no rule is missing for URLs of the app's own", () => {
    expect(planOf(flower({ port: 5555 }, { FLOWER_URL: "http://shop-flower" })).warnings).toEqual(
      [],
    );
    expect(planOf(flower({}, { FLOWER_URL: "http://shop-flower" })).warnings).toHaveLength(2);
  });
  test("may have a path that is asked for", () => {
    expect(
      processOf(flower({ port: 5555, health: { path: "/up" } }), "flower").pod.health,
    ).toMatchObject({ kind: "http", path: "/up", port: 5555 });
    expect(problemsOf(flower({ health: { path: "/up" } })).map((it) => it.location)).toEqual([
      "dash-scale:processes.flower.health",
    ]);
  });
  test("is warned of where the command says another one", () => {
    const { warnings, processes } = planOf({
      procfile: "web: gunicorn -b :8050 a:b\n",
      processes: { web: { port: 9000 } },
    });
    expect(warnings.map((it) => it.location)).toEqual(["dash-scale:processes.web.port"]);
    expect(processes[0]?.port?.port).toBe(8050);
  });
  test("leaves the sum of requests to web", () => {
    expect(costOf(planOf(flower({ port: 5555 }))).totals.concurrency).toBe(1);
  });
  test("is refused where its Service would have the name of one of the proxy's", () => {
    const given = {
      procfile: "web: gunicorn a:b\nweb-pods: x\n",
      processes: { "web-pods": { port: 9000 } },
      app: { proxy: "haproxy" },
    };
    expect(problemsOf(given).map((it) => it.message)).toEqual([
      expect.stringContaining("shop-web-pods"),
    ]);
  });
});
