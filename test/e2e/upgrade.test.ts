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
  readonly parent?: string;
}

/** A state as this program wrote it while each process type was a component of its own. */
function withProcesses(text: string): string {
  const { deployment }: State = JSON.parse(text);
  const app = deployment.resources.find(({ type }) => type === APP)?.urn ?? "";
  const moved = deployment.resources.filter(
    ({ type, parent }) => parent === app && OF_PROCESS.has(type),
  );
  const processUrn = ({ urn }: Resource) =>
    [...app.split("::").slice(0, 2), `${APP}$${PROCESS}`, urn.split("::").at(-1)].join("::");
  // Resources refer to each other by URN, in several fields.
  const renamed = moved.reduce((all, { urn }) => {
    const earlier = urn.replace(`${APP}$`, () => `${APP}$${PROCESS}$`);
    return all.replaceAll(JSON.stringify(urn), () => JSON.stringify(earlier));
  }, text);
  const parents = new Map(moved.map((it) => [it.urn, processUrn(it)]));
  const whole: State = JSON.parse(renamed);
  whole.deployment.resources = whole.deployment.resources.flatMap((it, index) => {
    const parent = parents.get(deployment.resources[index]?.urn ?? "");
    if (it.urn === app) return [it, ...components(app, new Set(parents.values()))];
    return [parent === undefined ? it : { ...it, parent }];
  });
  return JSON.stringify(whole);
}

const components = (parent: string, urns: Iterable<string>): Resource[] =>
  [...urns].map((urn) => ({ urn, type: PROCESS, custom: false, parent }));

describe("a stack that an earlier version of this program has brought up", () => {
  let project: Project;

  beforeAll(async () => {
    project = await Project.create(await suiteEnvironment(inject("place")), {
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
