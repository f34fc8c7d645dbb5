import type { IncomingMessage, ServerResponse } from "node:http";
import type { LocalEnvironment } from "../../local/environment.ts";
import type { HttpsServer } from "./https-server.ts";
import { serveForCluster } from "./https-server.ts";
import { kubectlWith, mustKubectl } from "./kubectl.ts";

const GROUP = "metrics.k8s.io";
const VERSION = "v1beta1";
const BASE = `/apis/${GROUP}/${VERSION}`;
const NAME = "simulated-metrics";

/**
 * What a metrics server says, simulated: the pods that there are use as much CPU together as the
 * test says. The API server asks it as it asks the real one.
 */
export class SimulatedMetrics {
  /** CPU that all pods asked about use together, in thousandths of a core. */
  load = 0;
  readonly #environment: LocalEnvironment;
  #server: HttpsServer | undefined;

  private constructor(environment: LocalEnvironment) {
    this.#environment = environment;
  }

  static async start(environment: LocalEnvironment): Promise<SimulatedMetrics> {
    const metrics = new SimulatedMetrics(environment);
    const server = await serveForCluster(environment, (request, response) => {
      void metrics.#respond(request, response);
    });
    metrics.#server = server;
    await kubectlWith(environment, objects(server.port), ["apply"]);
    await metrics.#kubectl("wait", "--for=condition=Available", `apiservice/${VERSION}.${GROUP}`);
    return metrics;
  }

  /** Takes it out of the API: a group that does not answer keeps namespaces from going. */
  async stop(): Promise<void> {
    await this.#kubectl("delete", "apiservice", `${VERSION}.${GROUP}`);
    await this.#kubectl("delete", "service", NAME, "--namespace", "default");
    await this.#server?.stop();
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = await this.#answer(request);
    response.writeHead(answer ? 200 : 404, { "content-type": "application/json" });
    response.end(JSON.stringify(answer ?? { kind: "Status", apiVersion: "v1", code: 404 }));
  }

  async #answer({ url = "" }: IncomingMessage): Promise<object | undefined> {
    const { pathname, searchParams } = new URL(url, "https://localhost");
    if (pathname === BASE) return RESOURCES;
    const [, namespace] = new RegExp(`^${BASE}/namespaces/([^/]+)/pods$`).exec(pathname) ?? [];
    if (namespace === undefined) return undefined;
    const selector = searchParams.get("labelSelector") ?? "";
    const args = ["get", "pods", "--namespace", namespace, "--selector", selector];
    const names = (await this.#kubectl(...args, "--output", "name"))
      .split("\n")
      .flatMap((line) => /^pod\/(.+)$/.exec(line)?.[1] ?? []);
    const cpu = `${Math.round(this.load / Math.max(1, names.length))}m`;
    const items = names.map((name) => podMetrics(name, namespace, cpu));
    return { kind: "PodMetricsList", apiVersion: `${GROUP}/${VERSION}`, metadata: {}, items };
  }

  #kubectl(...args: string[]): Promise<string> {
    return mustKubectl(this.#environment, args);
  }
}

const RESOURCES = {
  kind: "APIResourceList",
  apiVersion: "v1",
  groupVersion: `${GROUP}/${VERSION}`,
  resources: [
    {
      name: "pods",
      singularName: "",
      namespaced: true,
      kind: "PodMetrics",
      verbs: ["get", "list"],
    },
  ],
};

function podMetrics(name: string, namespace: string, cpu: string): object {
  return {
    metadata: { name, namespace },
    timestamp: new Date().toISOString(),
    // Short, since what was measured before a pod was ready does not count.
    window: "1s",
    containers: [{ name: "app", usage: { cpu, memory: "64Mi" } }],
  };
}

/** An API group behind a Service that leads to this machine. */
function objects(port: number): object {
  const namespace = "default";
  return {
    apiVersion: "v1",
    kind: "List",
    items: [
      {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: NAME, namespace },
        spec: { type: "ExternalName", externalName: "localhost", ports: [{ port }] },
      },
      {
        apiVersion: "apiregistration.k8s.io/v1",
        kind: "APIService",
        metadata: { name: `${VERSION}.${GROUP}` },
        spec: {
          group: GROUP,
          version: VERSION,
          groupPriorityMinimum: 100,
          versionPriority: 100,
          insecureSkipTLSVerify: true,
          service: { name: NAME, namespace, port },
        },
      },
    ],
  };
}
