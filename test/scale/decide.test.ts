import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import type { StackFile } from "../../commands/scale/decide.ts";
import { planOf } from "../../commands/plan.ts";
import { decide } from "../../commands/scale/decide.ts";
import { restarted } from "../../commands/scale/measure.ts";
import type { Problem } from "../../components/config/errors.ts";
import { ConfigError } from "../../components/config/errors.ts";

const file = resolve(import.meta.dirname, "../../stacks/Pulumi.dev.yaml");
const DEV: StackFile = {
  text: readFileSync(file, "utf8"),
  file,
  shown: "stacks/Pulumi.dev.yaml",
  project: { name: "dash-scale", folder: resolve(import.meta.dirname, "../..") },
};

/** The dev stack with something else in the place of `web: 2`. */
const devWith = (types: string): StackFile => ({
  ...DEV,
  text: DEV.text.replace("    web: 2\n", types),
});

/** A stack with a process type that runs by the clock. */
const NIGHTLY: StackFile = {
  ...DEV,
  text: `config:
  dash-scale:app:
    image: shop:1
    procfile: test/manifest/Procfile.scheduled
  dash-scale:scale:
    web: 2
  dash-scale:processes:
    nightly: { schedule: 0 3 * * * }
`,
};

function problemsOf(work: () => unknown): readonly Problem[] {
  try {
    work();
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe("what is wrong is told as the program tells it of a file with the same in it", () => {
  test.each([
    ["web=-1", "    web: -1\n", "dash-scale:scale.web"],
    ["web-3", "    web: -1\n", "dash-scale:scale.web"],
    ["web=x", "    web: x\n", "dash-scale:scale.web"],
    ["web=", "    web: ''\n", "dash-scale:scale.web"],
    ["web=1.5", "    web: 1.5\n", "dash-scale:scale.web"],
    ["web=0x4", "    web: '0x4'\n", "dash-scale:scale.web"],
    ["web=101", "    web: 101\n", "dash-scale:scale.web"],
    ["web+99", "    web: 101\n", "dash-scale:scale.web"],
    ["web=2:lots", "    web: { replicas: 2, memory: lots }\n", "dash-scale:scale.web.memory"],
    ["web=3:", "    web: { replicas: 3, memory: '' }\n", "dash-scale:scale.web.memory"],
    ["web.replicas=-1", "    web: -1\n", "dash-scale:scale.web"],
    ["web.wrkers=2", "    web: { replicas: 2, wrkers: 2 }\n", "dash-scale:scale.web.wrkers"],
    [
      "web.spread=maybe",
      "    web: { replicas: 2, spread: maybe }\n",
      "dash-scale:scale.web.spread",
    ],
    ["web.workers=0", "    web: { replicas: 2, workers: 0 }\n", "dash-scale:scale.web.workers"],
    ["wbe=2", "    web: 2\n    wbe: 2\n", "dash-scale:scale.wbe"],
    ["wrker+1", "    web: 2\n    wrker: 2\n", "dash-scale:scale.wrker"],
    ["release=2", "    web: 2\n    release: 2\n", "dash-scale:scale.release"],
  ])("%s", (word, types, location) => {
    const problems = problemsOf(() => decide(DEV, [word]));
    expect(problems).toEqual(problemsOf(() => planOf(devWith(types))));
    expect(problems.map((it) => it.location)).toEqual([location]);
  });
  test("more of a process type with a schedule than one run at a time", () => {
    expect(problemsOf(() => decide(NIGHTLY, ["nightly=2"]))).toMatchObject([
      { location: "dash-scale:scale.nightly", message: expect.stringContaining("0 to suspend it") },
    ]);
    expect(problemsOf(() => decide(NIGHTLY, ["nightly+1"]))).toHaveLength(1);
    expect(problemsOf(() => decide(NIGHTLY, ["nightly.workers=2"]))).toMatchObject([
      { location: "dash-scale:scale.nightly.workers" },
    ]);
  });
  test("a word that is no change stops the others", () => {
    expect(
      problemsOf(() => decide(DEV, ["web=4", "web+"])).map(({ location }) => location),
    ).toEqual(["web+"]);
  });
  test("in a map, the place is the field's", () => {
    const stack = devWith("    web: { replicas: 2 }\n");
    expect(problemsOf(() => decide(stack, ["web=-1"])).map(({ location }) => location)).toEqual([
      "dash-scale:scale.web.replicas",
    ]);
  });
  test("what is wrong elsewhere in the file stops a change, too", () => {
    const stack = {
      ...DEV,
      text: DEV.text.replace("name: four-callbacks", "nmae: four-callbacks"),
    };
    expect(problemsOf(() => decide(stack, ["web=4"]))).toEqual(problemsOf(() => planOf(stack)));
  });
});

test("what is written is what was planned", () => {
  for (const words of [["web=4"], ["web+1", "web.memory=1Gi"], ["web.cpu=0.5", "web.spread=off"]]) {
    const { text = "", after } = decide(DEV, words);
    expect(planOf({ ...DEV, text }).processes).toEqual(after.processes);
  }
});

test("a new key is spelled as the process type, and one that is there as it is", () => {
  const lines = (text = "") => text.split("\n").filter((line) => /web/i.test(line));
  expect(lines(decide(devWith("    {}\n"), ["WEB=3"]).text)).toContain("    { web: 3 }");
  expect(lines(decide(devWith("    WEB: 2\n"), ["web=3"]).text)).toContain("    WEB: 3");
});

test("what needs no change is left out of an edit that changes something else", () => {
  const stack = devWith("    worker: 2 # two\n");
  const procfile = {
    ...stack,
    text: stack.text.replace(
      "procfile: examples/four-callbacks/Procfile",
      "procfile: test/manifest/Procfile",
    ),
  };
  const { text } = decide(procfile, ["worker=3", "web=1"]);
  expect(text).toBe(procfile.text.replace("worker: 2 # two", "worker: 3 # two"));
});

describe("a process type that is autoscaled", () => {
  const AUTO = devWith("    web: { min: 2, max: 10, cpu: 70 } # by day\n");
  test("has its bounds changed, and nothing else", () => {
    const { text, after } = decide(AUTO, ["web.min=3", "web.max=12"]);
    expect(text).toBe(AUTO.text.replace("min: 2, max: 10", "min: 3, max: 12"));
    expect(after.processes[0]?.scaling).toMatchObject({ kind: "auto", min: 3, max: 12, cpu: 70 });
  });
  test("has no more or less of anything", () => {
    expect(problemsOf(() => decide(AUTO, ["web+2"]))).toEqual([
      {
        location: "web+2",
        message: '"web" is autoscaled, from 2 to 10 replicas; change web.min or web.max',
      },
    ]);
  });
  test("becomes a fixed number", () => {
    const { text, after } = decide(AUTO, ["web=4"]);
    expect(text).toMatch(/web: \{ replicas: 4 \}/);
    expect(after.processes[0]?.scaling).toEqual({ kind: "fixed", replicas: 4 });
    expect(after.processes[0]?.pod.cpu).toBe("250m");
  });
  test("keeps its size on the way to a fixed number and back", () => {
    const { text = "" } = decide(AUTO, ["web.memory=2Gi", "web.cpu=500m", "web=4"]);
    expect(text).toMatch(/web: \{ cpu: 500m, memory: 2Gi, replicas: 4 \}/);
    const back = decide({ ...AUTO, text }, ["web.min=2", "web.max=8", "web.cpu=70"]);
    expect(back.text).toMatch(
      /web: \{ cpu: 500m, memory: 2Gi, min: 2, max: 8, target: \{ cpu: 70 \} \}/,
    );
    expect(back.after.processes[0]?.pod.cpu).toBe("500m");
    expect(back.after.processes[0]?.scaling).toMatchObject({ min: 2, max: 8, cpu: 70 });
  });
  test("keeps its other target", () => {
    const text = AUTO.text.replace("cpu: 70", "target: { cpu: 70, memory: 80 }");
    const { after } = decide({ ...AUTO, text }, ["web.cpu=60"]);
    expect(after.processes[0]?.scaling).toMatchObject({ cpu: 60, memory: 80 });
    expect(after.processes[0]?.pod.cpu).toBe("250m");
  });
  test("keeps what it aims at beside a new size", () => {
    const { text, after } = decide(AUTO, ["web.cpu=500m"]);
    expect(text).toMatch(/web: \{ min: 2, max: 10, cpu: 500m, target: \{ cpu: 70 \} \} # by day/);
    expect(after.processes[0]?.scaling).toMatchObject({ min: 2, max: 10, cpu: 70 });
    expect(after.processes[0]?.pod.cpu).toBe("500m");
  });
  test("is scaled by its requests as well as by its CPU", () => {
    const proxied = AUTO.text.replace("dash-scale:app:\n", "dash-scale:app:\n    proxy: haproxy\n");
    const { text, after } = decide({ ...AUTO, text: proxied }, ["web.concurrency=70"]);
    expect(text).toMatch(
      /web: \{ min: 2, max: 10, cpu: 70, target: \{ concurrency: 70 \} \} # by day/,
    );
    expect(after.processes[0]?.scaling).toMatchObject({ max: 10, cpu: 70, concurrency: 70 });
    const fixed = devWith("    web: 4\n").text.replace("app:\n", "app:\n    proxy: haproxy\n");
    const words = ["web.min=0", "web.max=4", "web.concurrency=70"];
    expect(decide({ ...AUTO, text: fixed }, words).text).toMatch(
      /web: \{ min: 0, max: 4, target: \{ concurrency: 70 \} \}/,
    );
  });
  test("is not both at once", () => {
    const problems = problemsOf(() => decide(AUTO, ["web=4", "web.max=5"]));
    expect(problems.map(({ location }) => location)).toEqual(["dash-scale:scale.web.replicas"]);
  });
  test("needs its most, too", () => {
    const fixed = decide(AUTO, ["web=4"]).text ?? "";
    const problems = problemsOf(() => decide({ ...AUTO, text: fixed }, ["web.min=2"]));
    expect(problems.map(({ location }) => location)).toContain("dash-scale:scale.web.max");
  });
});

describe("the project's name", () => {
  test("is the app's, if it has none of its own", () => {
    const text = DEV.text.replace("    name: four-callbacks\n", "");
    expect(planOf({ ...DEV, text, project: { ...DEV.project, name: "shop" } }).settings.name).toBe(
      "shop",
    );
  });
  test("is the one that keys without one belong to", () => {
    const text = DEV.text.replace("dash-scale:scale", "scale");
    expect(decide({ ...DEV, text }, ["web=3"]).text).toContain("  scale:\n    web: 3\n");
    expect(
      planOf({ ...DEV, text, project: { ...DEV.project, name: "shop" } }).processes[0]?.scaling,
    ).toEqual({
      kind: "fixed",
      replicas: 1,
    });
  });
});

test("a stack file with merge keys is read as Pulumi reads it", () => {
  const stack = devWith("    <<: { web: { memory: 1Gi } }\n");
  expect(planOf(stack).processes[0]?.pod.memory).toBe("1Gi");
});

test("an alias without its anchor is told with the file", () => {
  expect(
    problemsOf(() => planOf(devWith("    web: *nowhere\n"))).map(({ location }) => location),
  ).toEqual(["stacks/Pulumi.dev.yaml:16:10"]);
});

describe("a process type with a schedule", () => {
  const suspended = (words: readonly string[], stack = NIGHTLY) => {
    const { text, after } = decide(stack, words);
    const plan = after.processes.find(({ type }) => type === "nightly");
    return { text, scaling: plan?.scaling };
  };
  test("is suspended by 0 and runs again with 1", () => {
    const off = suspended(["web=3", "nightly=0"]);
    expect(off.scaling).toMatchObject({ kind: "scheduled", suspended: true });
    expect(off.text).toContain("    web: 3\n    nightly: 0\n");
    const on = suspended(["nightly+1"], { ...NIGHTLY, text: off.text ?? "" });
    expect(on.scaling).toMatchObject({ kind: "scheduled", suspended: false });
    expect(on.text).toContain("    nightly: 1\n");
  });
  test("with 1 is as it was", () => {
    expect(suspended(["nightly=1"]).text).toBeUndefined();
  });
  test("restarts no pod when its size changes: the next run has it", () => {
    const { before, after } = decide(NIGHTLY, ["nightly.memory=2Gi", "web.memory=2Gi"]);
    expect(before && restarted(before, after)).toEqual(["web"]);
  });
});
