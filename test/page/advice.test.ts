import { expect, test } from "vitest";
import { pod } from "./fixture.ts";
import type { Stage } from "./tabs.ts";
import { withStage } from "./tabs.ts";

let project: Stage["project"];
let cluster: Stage["cluster"];
let fresh: Stage["fresh"];
withStage((stage) => {
  ({ project, cluster, fresh } = stage);
});

/** A pod of `web` has just been started again, for a reason. */
function restarted(reason: string): void {
  const terminated = { finishedAt: new Date().toISOString(), reason };
  const web = pod("web-a", "node-a");
  const containerStatuses = [{ state: { running: {} }, lastState: { terminated } }];
  cluster.pods = [{ ...web, status: { ...web.status, containerStatuses } }];
}

test("advice stands below the process types, and is staged with one click", async () => {
  restarted("OOMKilled");
  const tab = await fresh();
  const advice = tab.getByRole("region", { name: "Advice" });
  await advice.getByText("1 pod was ended for lack of memory (OOMKilled)").waitFor();
  await advice.getByText("npx dash-scale scale --stack dev web.memory=640Mi").waitFor();
  await advice.getByText("Not seen: what the pods use (the cluster has no metrics").waitFor();
  const stage = advice.getByRole("button", { name: "Stage web.memory=640Mi" });
  await stage.click();
  await tab.getByText("web: { replicas: 2, memory: 640Mi }").waitFor();
  expect(await stage.isDisabled()).toBe(true);
  expect(await project.text()).not.toContain("640Mi");
});

test("of a crash the command is shown that reads its logs, and there is nothing to stage", async () => {
  restarted("Completed");
  const tab = await fresh("--read-only");
  const advice = tab.getByRole("region", { name: "Advice" });
  await advice.getByText("kubectl logs web-a --previous --namespace four-callbacks-dev").waitFor();
  expect(await advice.getByRole("button").count()).toBe(0);
});
