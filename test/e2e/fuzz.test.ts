import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { stackConfiguration } from "../../commands/stack-file.ts";
import { ConfigError } from "../../components/config/errors.ts";
import type { JsonObject } from "../../infra/cluster/json.ts";
import type { LocalEnvironment } from "../../local/environment.ts";
import { withValue } from "../../local/plugins/shared/json.ts";
import { corpus } from "../fuzz/corpus.ts";
import type { Declarable } from "../fuzz/declared.ts";
import { dryRun } from "../fuzz/dry-run.ts";
import type { Input } from "../fuzz/input.ts";
import { KINDS } from "../fuzz/kinds.ts";
import { fuzz } from "../fuzz/run.ts";
import { Project } from "./project.ts";
import { suiteEnvironment } from "./suite.ts";

const SEED = 42;
const isDeclarable = (input: Input): input is Declarable => input.kind !== "scale";

/** Accepted inputs of a kind, each of another plan. */
async function samplesOf(name: string, inputs: number, samples: number): Promise<readonly Input[]> {
  const kind = KINDS.find((it) => it.name === name);
  if (!kind) throw new Error(`there is no kind ${name}`);
  const outcome = await fuzz(kind, { inputs, seed: SEED, samples });
  expect(outcome.broken).toBeUndefined();
  return outcome.samples;
}

describe("what is accepted", () => {
  let environment: LocalEnvironment;
  beforeAll(async () => {
    environment = await suiteEnvironment(inject("paths"));
  });

  test.each(["Procfile", "stack file", "engine's config", "quantity"])(
    "is accepted by the API server, too: %s",
    async (name) => {
      const samples = (await samplesOf(name, 200, 20)).filter(isDeclarable);
      const { plans, objects, refusals } = await dryRun(environment.paths.kubeconfig, samples);
      expect(refusals).toEqual([]);
      expect(plans).toBe(20);
      expect(objects).toBeGreaterThan(plans);
    },
    180_000,
  );

  test("a plan that the API server refuses is found", async () => {
    const input: Declarable = { kind: "procfile", text: "web: run\n" };
    const spoilt = (objects: JsonObject[]) =>
      objects.map((it) =>
        it["kind"] === "Deployment" ? withValue(it, ["spec", "replicas"], -1) : it,
      );
    const { refusals } = await dryRun(environment.paths.kubeconfig, [input], spoilt);
    expect(refusals.map(({ reason }) => reason)).toEqual([
      expect.stringContaining("spec.replicas"),
    ]);
  }, 60_000);
});

/** Scalars and shapes that YAML's readers take differently. */
const SPELLINGS = [
  "17",
  "+17",
  "0x1F",
  "0o17",
  "1e3",
  "1.10",
  ".5",
  "5.",
  "-0",
  "TRUE",
  "Null",
  "~",
  "no",
  "on",
  "1:30",
  "08x",
  "18446744073709551615",
  "'017'",
  '"\\u00e9\\n"',
  "!!str 017",
  "|-\n      a\n      b",
  ">\n      a\n      b",
  "[1, 2]",
  "{ a: 1, 2: b, true: c }",
  "&a { x: 1 }\n  dash-scale:t: { <<: *a, y: 2 }",
  "&a [1]\n  dash-scale:t: [*a, *a]",
  "a # b",
  "'a''b'",
  "{ a, b }",
];

describe("a stack file is read as Pulumi reads it", () => {
  let project: Project;
  beforeAll(async () => {
    const environment = await suiteEnvironment(inject("paths"));
    project = await Project.create(environment, { name: "reading", procfile: "web: run\n" });
  });
  afterAll(() => project.remove());

  /** What Pulumi reads; undefined where it refuses. */
  const readByPulumi = async (text: string) => {
    const file = await project.write("read.yaml", text);
    const said = await project
      .mustPulumi("config", "--json", "--config-file", file)
      .catch(() => "");
    if (said === "") return undefined;
    const values: Record<string, { value?: string; secret: boolean }> = JSON.parse(said);
    return values;
  };

  const expectSame = async (text: string) => {
    const pulumi = await readByPulumi(text);
    if (!pulumi) return false;
    const { values } = stackConfiguration(text, "Pulumi.test.yaml", "e2e-reading");
    for (const [key, { value, secret }] of Object.entries(pulumi))
      if (!secret && key.startsWith("dash-scale:"))
        expect({ key, value: plain(values[key]) }).toEqual({ key, value: plain(value) });
    return true;
  };

  test.each(SPELLINGS)("%s", async (spelling) => {
    const text = `config:\n  dash-scale:s: ${spelling}\n`;
    expect(await expectSame(text)).toBe(true);
  });

  test.each(corpus().filter(({ input }) => input.kind === "stack" && input.text.length < 10_000))(
    "or it is refused: $name",
    async ({ input }) => {
      const text = "text" in input ? input.text : "";
      const isRefused = () => {
        try {
          stackConfiguration(text, "Pulumi.test.yaml", "e2e-reading");
          return false;
        } catch (error) {
          return error instanceof ConfigError;
        }
      };
      expect(isRefused() || (await expectSame(text))).toBe(true);
    },
  );

  test("in whatever style it is written", async () => {
    const samples = await samplesOf("stack file", 200, 30);
    let same = 0;
    for (const input of samples)
      if (input.kind === "stack" && (await expectSame(input.text))) same += 1;
    expect(same).toBeGreaterThan(20);
  }, 180_000);
});

/**
 * Text as JSON where it is some: the order of keys does not matter. Nor does an empty line that a
 * folded text begins with: Pulumi's reader drops it where lines end in CR LF, and only a Procfile
 * has such texts, where an empty line says nothing.
 */
function plain(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "", (_, value: unknown) =>
      typeof value === "string" ? value.replace(/^\n/, "") : value,
    );
  } catch {
    return text;
  }
}
