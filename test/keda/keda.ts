import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LocalEnvironment } from "../../local/environment.ts";
import { freePorts } from "../../local/system/ports.ts";
import { kedaDefinitions } from "../../local/tools/autoscalers.ts";
import type { Programs } from "../../local/tools/on-path.ts";
import { OPERATOR_LEASE } from "../../components/plan/keda-findings.ts";
import { inject } from "vitest";
import { kubectlWith, mustKubectl } from "../e2e/kubectl.ts";
import { Daemon } from "./daemon.ts";

const PROGRAMS = inject("keda");
/** Whether these tests have to be skipped. */
export const LACKS_KEDA = PROGRAMS === undefined;
const NAMESPACE = "keda";
const API = { group: "external.metrics.k8s.io", version: "v1beta1" } as const;
const API_SERVICE = `${API.version}.${API.group}`;
const SERVICE = "keda-operator-metrics-apiserver";
const START_MS = 120_000;

interface Ports {
  readonly operatorHealth: number;
  readonly operator: number;
  readonly adapter: number;
  readonly adapterMetrics: number;
}

/**
 * KEDA itself beside the test suite's control plane: its operator and its metrics server as plain
 * programs on loopback, with its own definitions, and its part of the API as the API server's
 * aggregation layer has it. Only its admission webhooks are not there.
 */
export class RunningKeda {
  readonly #environment: LocalEnvironment;
  readonly #programs: Programs;
  readonly #folder: string;
  readonly #ports: Ports;
  readonly #env: NodeJS.ProcessEnv;
  #operator: Daemon | undefined;
  #adapter: Daemon | undefined;

  private constructor(
    environment: LocalEnvironment,
    programs: Programs,
    around: { folder: string; ports: Ports; httpProxy: string | undefined },
  ) {
    this.#environment = environment;
    this.#programs = programs;
    this.#folder = around.folder;
    this.#ports = around.ports;
    this.#env = {
      ...environment.env,
      WATCH_NAMESPACE: "",
      POD_NAMESPACE: NAMESPACE,
      KEDA_CLUSTER_OBJECT_NAMESPACE: NAMESPACE,
      ...(around.httpProxy === undefined ? {} : { HTTP_PROXY: around.httpProxy }),
    };
  }

  /**
   * @param httpProxy through which the operator makes its requests over HTTP, since no DNS server
   * knows the cluster's names here
   */
  static async start(environment: LocalEnvironment, httpProxy?: string): Promise<RunningKeda> {
    const folder = await mkdtemp(join(tmpdir(), "dash-scale-keda-"));
    const [operatorHealth = 0, operator = 0, adapter = 0, adapterMetrics = 0] = await freePorts(4);
    const ports = { operatorHealth, operator, adapter, adapterMetrics };
    const keda = new RunningKeda(environment, PROGRAMS ?? {}, { folder, ports, httpProxy });
    try {
      await keda.#install();
      await keda.startOperator();
      await keda.#startAdapter();
    } catch (error) {
      await keda.remove();
      throw error;
    }
    return keda;
  }

  async startOperator(): Promise<void> {
    const { operator, operatorHealth } = this.#ports;
    const args = [
      `--metrics-service-bind-address=127.0.0.1:${operator}`,
      `--health-probe-bind-address=127.0.0.1:${operatorHealth}`,
      "--enable-prometheus-metrics=false",
      // As KEDA's own manifests and its Helm chart have it.
      "--leader-elect",
      `--cert-dir=${this.#folder}`,
    ];
    this.#operator = new Daemon(this.#programs["operator"] ?? "operator", args, this.#env);
    const url = `http://127.0.0.1:${operatorHealth}/readyz`;
    await this.#operator.untilReady(async () => (await fetch(url)).ok, START_MS);
  }

  async stopOperator(): Promise<void> {
    await this.#operator?.end();
  }

  /** Has the Lease of the operator look as it does some minutes after the operator has ended. */
  async ageLease(): Promise<void> {
    const renewTime = new Date(Date.now() - 600_000).toISOString().replace("Z", "000Z");
    const patch = ["--type", "merge", "--patch", JSON.stringify({ spec: { renewTime } })];
    await this.#kubectl("--namespace", NAMESPACE, "patch", "lease", OPERATOR_LEASE, ...patch);
  }

  /** Takes KEDA and its part of the API away: a group that does not answer keeps namespaces. */
  async remove(): Promise<void> {
    await this.#adapter?.end();
    await this.#operator?.end();
    const missing = "--ignore-not-found";
    await this.#kubectl("delete", "apiservice", API_SERVICE, missing);
    for (const file of kedaDefinitions)
      await this.#kubectl("delete", missing, "--filename", this.#programs[file] ?? file);
    await this.#kubectl("delete", "namespace", NAMESPACE, missing);
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #install(): Promise<void> {
    const keys = join(this.#environment.paths.controlPlane, "clusters", "local", "pki");
    await copyFile(join(keys, "ca.crt"), join(this.#folder, "ca.crt"));
    await copyFile(join(keys, "admin.crt"), join(this.#folder, "tls.crt"));
    await copyFile(join(keys, "admin.key"), join(this.#folder, "tls.key"));
    for (const file of kedaDefinitions)
      // Server-side: they are too large for kubectl's own annotation.
      await this.#kubectl("apply", "--server-side", "--filename", this.#programs[file] ?? file);
    await kubectlWith(this.#environment, objects(this.#ports.adapter), ["apply"]);
  }

  async #startAdapter(): Promise<void> {
    const { kubeconfig } = this.#environment.paths;
    const { operator, adapter, adapterMetrics } = this.#ports;
    const args = [
      "--bind-address=127.0.0.1",
      `--secure-port=${adapter}`,
      `--port=${adapterMetrics}`,
      `--cert-dir=${this.#folder}`,
      `--tls-cert-file=${join(this.#folder, "tls.crt")}`,
      `--tls-private-key-file=${join(this.#folder, "tls.key")}`,
      `--metrics-service-address=127.0.0.1:${operator}`,
      ...["lister", "authentication", "authorization"].map(
        (it) => `--${it}-kubeconfig=${kubeconfig}`,
      ),
    ];
    this.#adapter = new Daemon(this.#programs["adapter"] ?? "adapter", args, this.#env);
    const path = `/apis/${API.group}/${API.version}`;
    await this.#adapter.untilReady(async () => {
      const { status } = await this.#environment.kubectl(["get", "--raw", path]);
      return status === 0;
    }, START_MS);
  }

  #kubectl(...args: string[]): Promise<string> {
    return mustKubectl(this.#environment, args);
  }
}

/** KEDA's part of the API, behind a Service that leads to this machine. */
function objects(port: number): object {
  return {
    apiVersion: "v1",
    kind: "List",
    items: [
      { apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } },
      {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: SERVICE, namespace: NAMESPACE },
        spec: { type: "ExternalName", externalName: "localhost", ports: [{ port }] },
      },
      {
        apiVersion: "apiregistration.k8s.io/v1",
        kind: "APIService",
        metadata: { name: API_SERVICE },
        spec: {
          ...API,
          groupPriorityMinimum: 100,
          versionPriority: 100,
          insecureSkipTLSVerify: true,
          service: { name: SERVICE, namespace: NAMESPACE, port },
        },
      },
    ],
  };
}
