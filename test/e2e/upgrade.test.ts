import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { Project } from "./project.ts";
import { suiteEnvironment } from "./suite.ts";

const APP = "dash-scale:index:App";
const PROCESS = "dash-scale:index:Process";
/** What belonged to a process type. */
const OF_PROCESS = new Set([
  "kubernetes:apps/v1:Deployment",
  "kubernetes:policy/v1:PodDisruptionBudget",
]);

interface State {
  readonly deployment: { resources: Resource[] };
}

interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  parent?: string;
}

/** A state as this program wrote it while each process type was a component of its own. */
function withProcesses(text: string): string {
  const { resources }: State["deployment"] = JSON.parse(text).deployment;
  const app = resources.find(({ type }) => type === APP)?.urn ?? "";
  // Resources refer to each other by URN, in several fields.
  const earlier = resources
    .filter(({ type, parent }) => parent === app && OF_PROCESS.has(type))
    .reduce((all, { urn }) => {
      const then = urn.replace(`${APP}$`, () => `${APP}$${PROCESS}$`);
      return all.replaceAll(JSON.stringify(urn), () => JSON.stringify(then));
    }, text);
  const state: State = JSON.parse(earlier);
  const children = state.deployment.resources.filter(({ urn }) => urn.includes(`$${PROCESS}$`));
  for (const child of children) child.parent = processOf(child);
  const processes = [...new Set(children.map(processOf))].map((urn): Resource => ({
    urn,
    type: PROCESS,
    custom: false,
    parent: app,
  }));
  // A parent stands before its children.
  state.deployment.resources = state.deployment.resources.flatMap((it) =>
    it.urn === app ? [it, ...processes] : [it],
  );
  return JSON.stringify(state);
}

/** The URN of the process type that something belongs to by its own URN. */
const processOf = ({ urn }: Resource) => urn.replace(/\$kubernetes:.*(?=::)/, "");

describe("a stack that an earlier version of this program has brought up", () => {
  let project: Project;

  beforeAll(async () => {
    project = await Project.create(await suiteEnvironment(inject("paths")), {
      name: "upgrade",
      procfile: "web: gunicorn index:server\nworker: celery -A tasks worker\n",
      scale: { web: 2, worker: 2 },
    });
    await project.mustUp();
  });
  afterAll(() => project.remove());

  test("loses the component that each process type was, and nothing else", async () => {
    const objects = async () => [await project.deployments(), await project.pods("worker")];
    const before = await objects();
    const earlier = withProcesses(await project.state());
    for (const type of OF_PROCESS)
      expect(earlier).toContain(`${APP}$${PROCESS}$${type}::upgrade-web`);
    await project.mustPulumi("stack", "import", "--file", await project.write("earlier", earlier));
    const { changes } = await project.mustUp();
    expect(changes.map(({ op, resource }) => `${op} ${resource}`)).toEqual([
      "delete Process upgrade-web",
      "delete Process upgrade-worker",
    ]);
    expect(await objects()).toEqual(before);
    await project.mustUp("--refresh", "--expect-no-changes");
  });
});
