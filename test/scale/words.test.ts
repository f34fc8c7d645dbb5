import { describe, expect, test } from "vitest";
import { changesOf, withChanges } from "../../commands/scale/change.ts";
import { readWords } from "../../commands/scale/words.ts";
import { planOf } from "../support/plan.ts";

const PROCFILE =
  "web: gunicorn index:server\nworker: celery -A app worker\nworker-1: sleep 1\nmy_Task: sleep 1\n";

/** The changes that words come to, on a stack with this scale. */
function changes(words: readonly string[], scale: Readonly<Record<string, unknown>> = {}) {
  const { processes } = planOf({ procfile: PROCFILE, scale });
  return changesOf(readWords(words).edits, scale, processes);
}

describe("a word asks for", () => {
  test.each([
    ["web=4", { key: "web", fields: { replicas: 4 } }],
    ["web=0", { key: "web", fields: { replicas: 0 } }],
    ["web=04", { key: "web", fields: { replicas: 4 } }],
    ["web=-1", { key: "web", fields: { replicas: -1 } }],
    ["web=x", { key: "web", fields: { replicas: "x" } }],
    ["web=", { key: "web", fields: { replicas: "" } }],
    ["web=0x4", { key: "web", fields: { replicas: "0x4" } }],
    ["web=2:1Gi", { key: "web", fields: { replicas: 2, memory: "1Gi" } }],
    ["web=2:Standard-2X", { key: "web", fields: { replicas: 2, memory: "1Gi" } }],
    ["web=1:performance-M", { key: "web", fields: { replicas: 1, memory: "2560Mi" } }],
    ["web=1:Standard-9X", { key: "web", fields: { replicas: 1, memory: "Standard-9X" } }],
    ["web.workers=3", { key: "web", fields: { workers: 3 } }],
    ["web.cpu=0.5", { key: "web", fields: { cpu: 0.5 } }],
    ["web.cpu=0.50", { key: "web", fields: { cpu: "0.50" } }],
    ["web.spread=off", { key: "web", fields: { spread: "off" } }],
    ["web.replicas=2", { key: "web", fields: { replicas: 2 } }],
    ["web+2", { key: "web", fields: { replicas: 5 } }],
    ["web.replicas+2", { key: "web", fields: { replicas: 5 } }],
    ["worker+1", { key: "worker", fields: { replicas: 2 } }],
    ["worker-1", { key: "worker", fields: { replicas: 0 } }],
    ["worker-1-1", { key: "worker-1", fields: { replicas: 0 } }],
    ["worker-1=3", { key: "worker-1", fields: { replicas: 3 } }],
    ["worker-1.memory=1Gi", { key: "worker-1", fields: { memory: "1Gi" } }],
  ])("%s", (word, change) => {
    expect(changes([word], { web: { replicas: 3 } })).toEqual([change]);
  });
});

test("one more than none is one", () => {
  expect(changes(["web+1"], { web: 0 })).toEqual([{ key: "web", fields: { replicas: 1 } }]);
});

test("words for one process type are one change", () => {
  expect(changes(["web=4", "worker=2", "web.memory=1Gi"])).toEqual([
    { key: "web", fields: { replicas: 4, memory: "1Gi" } },
    { key: "worker", fields: { replicas: 2 } },
  ]);
});

test("a process type keeps the spelling that it has in the stack file", () => {
  expect(changes(["my-task=2"], { my_Task: 1 })).toEqual([
    { key: "my_Task", fields: { replicas: 2 } },
  ]);
  expect(changes(["MY_TASK=2"])).toEqual([{ key: "my-task", fields: { replicas: 2 } }]);
  expect(changes(["MY_TSK=2"])).toEqual([{ key: "MY_TSK", fields: { replicas: 2 } }]);
});

test.each([
  "web",
  "web+",
  "web-",
  "web+x",
  "web+1.5",
  "web+=2",
  "=2",
  "",
  "web:2",
  "web.workers+1",
])("%j is no change", (word) => {
  const location = word === "" ? '""' : word;
  const message =
    "is not a change; write TYPE=N, TYPE+N, TYPE-N, TYPE=N:MEMORY or TYPE.FIELD=VALUE, such as web=4";
  expect(readWords([word])).toEqual({ edits: [], problems: [{ location, message }] });
});

test("two words for one thing contradict each other", () => {
  const { problems } = readWords(["web=2", "worker=2", "WEB+1", "web.memory=1Gi", "web=3:2Gi"]);
  expect(problems).toEqual([
    { location: "WEB+1", message: '"web=2" is for the replicas of "WEB" too; keep one of the two' },
    {
      location: "web=3:2Gi",
      message: '"WEB+1" is for the replicas of "web" too; keep one of the two',
    },
    {
      location: "web=3:2Gi",
      message: '"web.memory=1Gi" is for the memory of "web" too; keep one of the two',
    },
  ]);
});

test("what stands in the stack stays, in its order", () => {
  const scale = { worker: 2, web: "3", task: { memory: "1Gi" } };
  const all = changes(["web.memory=1Gi", "worker=3"], { worker: 2, web: "3" });
  expect(JSON.stringify(withChanges(scale, all))).toBe(
    '{"worker":3,"web":{"replicas":"3","memory":"1Gi"},"task":{"memory":"1Gi"}}',
  );
});
