import { ROOT } from "../../infra/root.ts";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { generated } from "../../components/config/generate/generated.ts";
import { stackValues } from "../fuzz/arbitraries/config.ts";
import { declaredKeys, keysIn } from "../support/declared-keys.ts";

function stack(name: string): Set<string> {
  const file = resolve(ROOT, "test/manifest/stacks", `Pulumi.${name}.yaml`);
  return keysIn(parse(readFileSync(file, "utf8")).config);
}

test.each([...(await generated())])("%s is what npm run generate makes", (path, content) => {
  expect(readFileSync(resolve(ROOT, path), "utf8")).toBe(content);
});

describe("every declared key", () => {
  test("is found in a config by its path", () => {
    expect(declaredKeys()).toContain("dash-scale:scale.TYPE.queue.redis");
    expect(declaredKeys()).toContain("dash-scale:app.network.to[].port");
    const web = { min: 1, schedule: [{ start: "" }] };
    expect([...keysIn({ "dash-scale:scale": { web } })]).toEqual([
      "dash-scale:scale",
      "dash-scale:scale.TYPE.min",
      "dash-scale:scale.TYPE.schedule",
      "dash-scale:scale.TYPE.schedule[].start",
    ]);
  });

  // An app is exposed in one way, and has one Procfile and one identity, and its Redis has one address: the rest is
  // in the stack with an Ingress.
  test("is in the stack of every field, or excluded there and in the stack with an Ingress", () => {
    const missing = declaredKeys().filter((key) => !stack("every-field").has(key));
    expect(missing).toEqual(
      declaredKeys().filter((key) =>
        /^dash-scale:(app\.(ingress|procfile\.|serviceAccount\.name)|scale\.TYPE\.queue\.(service|lists)$)/.test(
          key,
        ),
      ),
    );
    expect(missing.filter((key) => !stack("ingress").has(key))).toEqual([]);
  });

  test("is made by the fuzzer", () => {
    const made = new Set<string>();
    for (const values of fc.sample(stackValues, { numRuns: 2000, seed: 1 }))
      for (const key of keysIn(values)) made.add(key);
    expect(declaredKeys().filter((key) => !made.has(key))).toEqual([]);
  });
});
