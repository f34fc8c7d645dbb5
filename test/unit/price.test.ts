import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { costOf } from "../../components/cost/cost.ts";
import { costTable, monthlyRange } from "../../components/cost/table.ts";
import { changeView } from "../../commands/page/server/file-view.ts";
import { measured } from "../../commands/scale/measure.ts";
import { comparisonText, formationText } from "../../commands/scale/print.ts";
import { planOf } from "../support/plan.ts";

const EUR = { cpu: 0.04, memory: 0.005, currency: "EUR" };
const PROCFILE = "web: gunicorn a:b\nworker: celery -A app worker\n";
const planned = (scale: object, more: Readonly<Record<string, unknown>> = { prices: EUR }) =>
  planOf({ procfile: PROCFILE, scale, more });
const before = planned({ web: 2, worker: 0 });
const auto = planned({ web: { min: 2, max: 10, cpu: 70 }, worker: { cpu: 1, memory: "2Gi" } });

describe("the price of a month", () => {
  test("is one more column, for each process type and in total, before and after", () => {
    // 730 h × 2 × (0.25 × 0.04 + 0.5 × 0.005) = 18.25
    expect(costTable(costOf(before), costOf(auto), { prices: EUR })).toBe(`\
type        pods         memory                 CPU  concurrency  surge           EUR a month
web     2 → 2-10  1Gi → 1Gi-5Gi   500m → 500m-2500m     2 → 2-10  1 → 3   18.25 → 18.25-91.25
worker     0 → 1        0 → 2Gi               0 → 1            -  0 → 1          0.00 → 36.50
total   2 → 3-11  1Gi → 3Gi-7Gi  500m → 1500m-3500m     2 → 2-10  1 → 4  18.25 → 54.75-127.75`);
  });

  test("is of the proxy, too", () => {
    const proxied = planOf({
      procfile: PROCFILE,
      app: { proxy: "haproxy" },
      more: { prices: EUR },
    });
    // 730 h × 2 × (0.1 × 0.04 + 64/1024 × 0.005)
    expect(costTable(undefined, costOf(proxied), { prices: EUR })).toMatch(/^\(proxy\).* 6\.30$/m);
  });

  test("has the digits of its currency", () => {
    const cost = costOf(before);
    expect(monthlyRange(cost, { cpu: 6, memory: 0.75, currency: "JPY" })).toBe("2738");
    expect(monthlyRange(cost, { ...EUR, currency: "XTS" })).toBe("18.25");
  });

  test("is shown by `scale`, with and without a change", () => {
    expect(formationText(measured(auto), 80)).toContain(
      "Price of what is requested: 54.75-127.75 EUR a month.",
    );
    const [head] = comparisonText({
      before: measured(before),
      after: measured(auto),
      restarts: [],
      proxyRestarts: false,
    }).split("\n");
    expect(head).toMatch(/surge +EUR a month +pods restart$/);
  });

  test("is a row of the page's summary", () => {
    const file = {
      file: "stacks/Pulumi.dev.yaml",
      shown: "stacks/Pulumi.dev.yaml",
      project: { name: "shop", folder: process.cwd() },
      text: `config:
  dash-scale:app: { image: "shop:1", procfile: { text: "web: gunicorn a:b" } }
  dash-scale:scale: { web: 2 }
  dash-scale:prices: { cpu: 0.04, memory: "0.005", currency: EUR }
`,
    };
    const of = (text: string) =>
      changeView({ ...file, text }, { kind: "words", words: ["web=4"], confirm: false }, undefined);
    expect(of(file.text).price).toEqual({ title: "EUR a month", before: "18.25", after: "36.50" });
    expect(of(file.text.replace(/^.*prices.*$/m, ""))).not.toHaveProperty("price");
  });

  test("is nowhere without prices", () => {
    const plan = planned({ web: 2 }, {});
    expect(plan.prices).toBeUndefined();
    expect(costTable(undefined, costOf(plan), { prices: plan.prices })).not.toContain("month");
    expect(formationText(measured(plan), 80)).not.toContain("Price");
    expect(measured(plan)).not.toHaveProperty("prices");
  });

  test("grows with each replica, by the same amount", () => {
    const of = (web: number) =>
      Number(monthlyRange(costOf(planned({ web, worker: 0 })), { ...EUR, cpu: 4 }));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), (replicas) => {
        // Each is rounded to a cent.
        expect(Math.abs(of(replicas) - replicas * of(1))).toBeLessThan(
          (replicas + 1) * 0.005 + 1e-6,
        );
      }),
      { numRuns: 20 },
    );
  });
});
