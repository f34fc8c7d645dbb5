import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { attempted, ConfigError } from "../../components/config/errors.ts";
import { decideScale } from "../../commands/scale/decide.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const fileWith = (scale: string) => ({
  text: `config:\n  dash-scale:app:\n    name: shop\n    image: registry.example.com/shop:1\n    procfile: examples/four-callbacks/Procfile\n  dash-scale:scale:\n${scale}`,
  file: resolve(ROOT, "stacks/Pulumi.dev.yaml"),
  shown: "stacks/Pulumi.dev.yaml",
  project: { name: "shop", folder: ROOT },
});
const scaleAfter = (now: string, then: unknown) => {
  const { text } = decideScale(fileWith(now), then);
  return text?.slice(text.indexOf("dash-scale:scale:\n") + "dash-scale:scale:\n".length);
};

describe("an earlier scale is put back", () => {
  test.each([
    ["a number", "    web: 4 # why\n", { web: 2 }, "    web: 2 # why\n"],
    ["nothing where it is the same", "    web: 4\n", { web: { replicas: 4 } }, undefined],
    [
      "fields that are gone",
      "    web: { replicas: 2, memory: 1Gi }\n",
      { web: 2 },
      "    web: { replicas: 2 }\n",
    ],
    [
      "fields that were there",
      "    web: 2\n",
      { web: { replicas: 2, memory: "1Gi" } },
      "    web: { replicas: 2, memory: 1Gi }\n",
    ],
    ["one replica where nothing was said", "    web: 2\n", {}, "    web: 1\n"],
    [
      "an autoscaler",
      "    web: 2\n",
      { web: { min: 2, max: 4, cpu: 70 } },
      "    web: { min: 2, max: 4, cpu: 70 }\n",
    ],
    [
      "no process type that is gone from the Procfile",
      "    web: 4\n",
      { web: 2, gone: 3 },
      "    web: 2\n",
    ],
  ])("%s", (_, now, then, expected) => {
    expect(scaleAfter(now, then)).toBe(expected);
  });

  test("but not what takes more than a line, which is told, and nothing is lost in silence", () => {
    const schedule = [{ start: "0 8 * * *", end: "0 18 * * *", timezone: "UTC", replicas: 3 }];
    const found = attempted(() =>
      decideScale(fileWith("    web: 2\n"), { web: { min: 1, max: 4, cpu: 70, schedule } }),
    );
    expect(found instanceof ConfigError && found.problems.map(({ location }) => location)).toEqual([
      "dash-scale:scale.web.schedule",
    ]);
  });
});
