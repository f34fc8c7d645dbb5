import { secret } from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { stateWarnings } from "../../components/procfile/shared-state.ts";
import type { GivenStack } from "../support/plan.ts";
import { planOf } from "../support/plan.ts";

/** The places of what is warned of, for an app with these requirements and variables. */
function locations(given: GivenStack, requirements: readonly string[], names: readonly string[]) {
  const files = {
    requirements: requirements.map((text, index) => ({ location: `line ${index + 1}`, text })),
  };
  const warnings = stateWarnings(
    planOf(given).processes,
    { names: new Set(names), writable: [] },
    files,
  );
  return warnings.map(({ location }) => location);
}

const TWO = { scale: { web: 2 } };
const KEY = "DASH_SECRET_KEY";

describe("what only one process sees is warned of, at its line, with and without a Redis", () => {
  test.each([
    // A cache on disk is one whether there is a Redis or not.
    [["dash[diskcache]==4.1"], ["line 1"], ["line 1"]],
    [["dash[celery,diskcache]"], ["line 1"], ["line 1"]],
    [["dash", "diskcache"], ["line 2"], ["line 2"]],
    [["diskcache>=5"], ["line 1"], ["line 1"]],
    [["flask-caching"], ["line 1"], []],
    [["dash-extensions==2"], ["line 1"], []],
    [["flask-session"], ["line 1"], []],
    [["flask-apscheduler"], ["line 1"], ["line 1"]],
    [["apscheduler~=3.10"], ["line 1"], ["line 1"]],
    [["dash-uploader"], ["line 1"], ["line 1"]],
    [["flask-socketio"], ["line 1"], ["line 1"]],
    [["diskcache", "flask-caching==2.3"], ["line 1", "line 2"], ["line 1"]],
    [["dash[celery]"], [], []],
    [["dash", "redis"], [], []],
    [["flask"], [], []],
  ])("%j", (requirements, expected, withRedis) => {
    expect(locations(TWO, requirements, [KEY])).toEqual(expected);
    expect(locations(TWO, requirements, [KEY, "REDIS_URL"])).toEqual(withRedis);
  });
  test("one process has a read-only working directory, too", () => {
    const files = { requirements: [{ location: "line 1", text: "diskcache" }] };
    const given = { names: new Set([KEY]), writable: [] };
    const [warning] = stateWarnings(planOf({}).processes, given, files);
    expect(warning?.message).toMatch(/read-only.*\/tmp\/cache/);
    expect(warning?.message).not.toContain("background callback");
    const folders = { ...given, writable: ["/app/cache"] };
    expect(stateWarnings(planOf({}).processes, folders, files)).toEqual([]);
  });
  test("what breaks between replicas does not break between workers", () => {
    const workers = { scale: { web: { workers: 3 } } };
    expect(locations(workers, ["dash-uploader"], [KEY])).toEqual([]);
    expect(locations(workers, ["apscheduler"], [KEY])).toEqual(["line 1"]);
  });
});

describe("an unknown number of workers counts as more than one", () => {
  test.each([
    "web: gunicorn -w $(nproc) a:b",
    "web: gunicorn -c conf.py a:b",
    "web: gunicorn -w $WORKERS a:b",
    "web: my-server a:b",
  ])("%s", (procfile) => {
    expect(locations({ procfile }, [], [])).toEqual(["dash-scale:secrets"]);
    expect(locations({ procfile, scale: { web: 0 } }, [], [])).toEqual([]);
  });
  test("not for servers of other languages, which have one process", () => {
    const given = { procfile: "web: node server.js", app: { framework: "other" } };
    expect(locations(given, [], [])).toEqual([]);
  });
});

describe("it counts what runs: replicas × workers of web", () => {
  test.each<[GivenStack["scale"], boolean]>([
    [{}, false],
    [{ web: 0 }, false],
    [{ web: 2 }, true],
    [{ web: { workers: 2 } }, true],
    [{ web: { replicas: 0, workers: 4 } }, false],
    [{ web: { threads: 8 } }, false],
    [{ worker: 5 }, false],
  ])("%j: %s", (scale, warned) => {
    expect(locations({ scale }, ["flask-caching"], [KEY])).toEqual(warned ? ["line 1"] : []);
    expect(locations({ scale }, [], [])).toEqual(warned ? ["dash-scale:secrets"] : []);
  });
  test("an app without web has none", () => {
    expect(locations({ procfile: "worker: x", scale: { worker: 5 } }, ["diskcache"], [])).toEqual(
      [],
    );
  });
});

describe("a key to sign sessions with", () => {
  test.each([
    [["SECRET_KEY"], []],
    [["DASH_SECRET_KEY"], []],
    [["FLASK_SECRET_KEY"], []],
    [["SECRET"], ["dash-scale:secrets"]],
    [["SECRET_KEY_FILE"], ["dash-scale:secrets"]],
    [[], ["dash-scale:secrets"]],
  ])("in %j", (names, expected) => expect(locations(TWO, [], names)).toEqual(expected));
  test("is found among secrets and plain variables", () => {
    expect(planOf({ ...TWO, secrets: { SECRET_KEY: secret("x") } }).warnings).toEqual([]);
    expect(planOf({ ...TWO, app: { env: { SECRET_KEY: "x" } } }).warnings).toEqual([]);
    expect(planOf(TWO).warnings).toHaveLength(1);
  });
});

test("a warning says how many there are, what users see, and what to do", () => {
  const [warning] = planOf({ scale: { web: { replicas: 2, workers: 3 } } }).warnings;
  expect(warning?.message).toMatch(
    /^web runs as 6 processes and .*users are logged out at random; set one key for all/,
  );
});
