import { once } from "node:events";
import type { Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { freePorts } from "../../local/system/ports.ts";
import { Project } from "../e2e/project.ts";
import { suiteEnvironment } from "../e2e/suite.ts";
import { LACKS_HAPROXY, PROXY_CONFIG, RunningProxy } from "../support/haproxy.ts";
import { LACKS_KEDA, RunningKeda } from "./keda.ts";
import { NamedServers } from "./named-servers.ts";
import { condition, hurry } from "./scaled-object.ts";

const LACKING = LACKS_HAPROXY || LACKS_KEDA;
const NAME = "keda-requests";
const SOON = { timeout: 120_000, interval: 500 };
const CONFIG = {
  ...PROXY_CONFIG,
  proxy: `${NAME}-proxy`,
  pods: `${NAME}-web-pods`,
  namespace: NAME,
  maxPods: 4,
  asynchronous: false,
  counted: true,
  wakes: true,
};

/** Requests that are with the only pod that is real. */
const held: ServerResponse[] = [];
let pod: Server;
let proxies: RunningProxy[] = [];
let names: NamedServers;
let keda: RunningKeda;
let project: Project;
const count = async () => (await project.pods("web")).length;

describe.skipIf(LACKING)("a web that is scaled by its requests", () => {
  // HAProxy itself in the place of the two replicas of the proxy, whose pods are simulated.
  beforeAll(async () => {
    const [port = 0] = await freePorts(1);
    pod = createServer((_, response) => void held.push(response)).listen(port, "127.0.0.1");
    await once(pod, "listening");
    proxies = [await RunningProxy.start(CONFIG, [port]), await RunningProxy.start(CONFIG, [port])];
    names = await NamedServers.start(
      new Map(
        proxies.map((proxy, replica) => [
          `${NAME}-proxy-${replica}.${NAME}-proxy.${NAME}.svc.cluster.local:8405`,
          () => proxy.metricsPort,
        ]),
      ),
    );
    const environment = await suiteEnvironment(inject("paths"));
    keda = await RunningKeda.start(environment, names.url);
    project = await Project.create(environment, {
      name: NAME,
      procfile: "web: gunicorn index:server\n",
      app: { proxy: "haproxy" },
      scale: { web: { min: 0, max: 4, target: { concurrency: 70 } } },
    });
    await project.mustUp();
  });
  afterAll(async () => {
    await project.remove();
    await keda.remove();
    names.stop();
    for (const proxy of proxies) await proxy.remove();
    pod.close();
    pod.closeAllConnections();
  });

  test("a web without requests has no replica, after a while", async () => {
    await expect.poll(() => condition(project, `${NAME}-web`, "Ready"), SOON).toBe("True");
    expect(await count()).toBe(1);
    await hurry(project, `${NAME}-web`);
    await expect.poll(count, SOON).toBe(0);
  });

  test("eight requests at once make four replicas of it, which the next up leaves alone", async () => {
    const answers = Array.from({ length: 8 }, async () => {
      const { status } = await fetch(`http://127.0.0.1:${proxies[0]?.port}/`);
      return status;
    });
    const begun = performance.now();
    await expect.poll(count, SOON).toBeGreaterThanOrEqual(2);
    const second = performance.now() - begun;
    await expect.poll(count, SOON).toBe(4);
    const seconds = [second, performance.now() - begun].map((it) => Math.round(it / 1000));
    console.info(`two replicas after ${seconds[0]} s, four after ${seconds[1]} s`);
    await project.mustUp("--expect-no-changes");
    const answering = setInterval(() => held.splice(0).forEach((it) => it.end()), 20);
    expect(await Promise.all(answers)).toEqual(Array.from({ length: 8 }, () => 200));
    clearInterval(answering);
  });

  test("and none again when they are answered", async () => {
    await expect.poll(count, SOON).toBe(0);
  });
});
