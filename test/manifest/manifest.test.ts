import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { parseAllDocuments, stringify } from "yaml";
import { MANIFEST_CASES, rendered } from "./cases.ts";

test.for(MANIFEST_CASES)(
  "$name is declared as kept in expected/ (npm run update-expected)",
  async ({ stackFile, expected }) => {
    expect(await rendered(stackFile)).toBe(readFileSync(expected, "utf8"));
  },
);

test("nothing is kept of a stack that is gone", () => {
  const kept = readdirSync(resolve(import.meta.dirname, "expected")).sort();
  expect(kept).toEqual(MANIFEST_CASES.map(({ name }) => name).sort());
});

test("the objects come in the order of declaration: what others refer to first, then the Procfile's order, web last", async () => {
  const text = readFileSync(resolve(import.meta.dirname, "expected/every-field.yaml"), "utf8");
  const objects: { kind: string; metadata: { name: string } }[] = parseAllDocuments(text).map(
    (document) => document.toJS(),
  );
  expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
    "ServiceAccount shop",
    "ServiceAccount shop-proxy",
    "Secret shop-secrets",
    "NetworkPolicy shop",
    "NetworkPolicy shop-web",
    "NetworkPolicy shop-proxy",
    "NetworkPolicy shop-batch",
    "Job shop-release",
    "CronJob shop-nightly",
    "CronJob shop-hourly",
    "Deployment shop-worker",
    "ScaledObject shop-worker",
    "PodDisruptionBudget shop-worker",
    "Deployment shop-my-beat",
    "Deployment shop-batch",
    "ScaledObject shop-batch",
    "Service shop-batch",
    "PodDisruptionBudget shop-batch",
    "Deployment shop-web",
    "ScaledObject shop-web",
    "PodDisruptionBudget shop-web",
    "Service shop-web-pods",
    "Service shop-proxy",
    "ConfigMap shop-proxy-config",
    "StatefulSet shop-proxy",
    "PodDisruptionBudget shop-proxy",
    "Service shop-web",
    "HTTPRoute shop-web",
  ]);
});

test("kubectl, which reads YAML 1.1, takes every value for the text that it is", async () => {
  const folder = await mkdtemp(join(tmpdir(), "dash-scale-render-"));
  try {
    const env = {
      A: "off",
      B: "yes",
      C: "n",
      D: "1_000",
      E: "0o7",
      F: "1:20",
      G: "~",
      H: "2026-11-26",
    };
    const app = { image: "a:1", procfile: { text: "web: run" }, env };
    const file = join(folder, "stack.yaml");
    const config = { "dash-scale:app": app };
    await writeFile(file, stringify({ config }, { defaultStringType: "QUOTE_DOUBLE" }));
    const documents = parseAllDocuments(await rendered(file), { version: "1.1" });
    const found = documents
      .map((it) => it.toJS())
      .find(({ kind }) => kind === "Deployment")
      .spec.template.spec.containers[0].env.map(({ value }: { value: unknown }) => value);
    expect(found).toEqual(expect.arrayContaining(Object.values(env)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
