import { readFile } from "node:fs/promises";
import { hasCode } from "../../commands/system/errors.ts";
import { areFree, freePorts } from "../system/ports.ts";
import type { Programs } from "../tools/on-path.ts";

/** What kwokctl calls the programs it runs. */
export const COMPONENTS = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kwok-controller",
] as const;

/** What marks the nodes that KWOK plays. */
const SIMULATED_NODES = "kwok.x-k8s.io/node=fake";

const PORT_NAMES = [
  "etcdPort",
  "etcdPeerPort",
  "kubeApiserverPort",
  "kubeControllerManagerPort",
  "kubeSchedulerPort",
  "kwokControllerPort",
] as const;

/**
 * Requests a second of controller manager and scheduler. By default they hold themselves to 20 and
 * 50, and a first install of 100 process types waits half of its time for that.
 */
const UNHINDERED = { "kube-api-qps": "500", "kube-api-burst": "500" } as const;

/** The ports of the components, by the names of kwokctl's configuration. */
export type Ports = Readonly<Record<(typeof PORT_NAMES)[number], number>>;

/** Where somebody waits for the autoscaler, on simulated nodes; Kubernetes looks every 15 seconds. */
const PROMPT = { "horizontal-pod-autoscaler-sync-period": "3s" } as const;
/** The API server of real nodes is not on one of them, and so finds no Service but by its pods. */
const OUTSIDE = { "enable-aggregator-routing": "true" } as const;

/**
 * The configuration of `kwokctl create cluster`.
 *
 * @param addresses - under which real nodes reach the API server; its certificate names them. None:
 * nodes are simulated
 */
export function kwokctlConfig(
  programs: Programs,
  ports: Ports,
  addresses: readonly string[] = [],
): object {
  const isReal = addresses.length > 0;
  return {
    kind: "KwokctlConfiguration",
    apiVersion: "config.kwok.x-k8s.io/v1alpha1",
    options: {
      runtime: "binary",
      // Its own default is every interface.
      bindAddress: "127.0.0.1",
      kubeApiserverCertSANs: addresses,
      kubeAuthorization: true,
      kubeAdmission: true,
      etcdBinary: programs["etcd"],
      kubeApiserverBinary: programs["kube-apiserver"],
      kubeControllerManagerBinary: programs["kube-controller-manager"],
      kubeSchedulerBinary: programs["kube-scheduler"],
      kubectlBinary: programs["kubectl"],
      kwokControllerBinary: programs["kwok"],
      ...ports,
    },
    componentsPatches: [
      // Else it asks the routing table for an address to publish, and fails on a machine without a
      // network.
      flags("kube-apiserver", {
        "advertise-address": "127.0.0.1",
        "endpoint-reconciler-type": "none",
        ...(isReal ? OUTSIDE : {}),
      }),
      // There is one of each; after a crash it would wait for the lease of the one before to run
      // out.
      flags("kube-controller-manager", {
        "leader-elect": "false",
        ...UNHINDERED,
        ...(isReal ? {} : PROMPT),
      }),
      flags("kube-scheduler", { "leader-elect": "false", ...UNHINDERED }),
      // Else it plays every node, a real one too.
      flags("kwok-controller", {
        "manage-all-nodes": "false",
        "manage-nodes-with-annotation-selector": SIMULATED_NODES,
      }),
    ],
  };
}

/**
 * The same ports as last time where they are still free, so that what was set up with them goes on
 * working.
 */
export async function portsToUse(file: string): Promise<Ports> {
  const last = await lastPorts(file);
  if (last && (await areFree(Object.values(last)))) return last;
  const numbers = await freePorts(PORT_NAMES.length);
  const ports: unknown = Object.fromEntries(
    PORT_NAMES.map((name, index) => [name, numbers[index]]),
  );
  if (!isPorts(ports)) throw new Error("fewer ports than asked for");
  return ports;
}

/** The ports that were used last; undefined before the first start. */
export async function lastPorts(file: string): Promise<Ports | undefined> {
  try {
    const ports: unknown = JSON.parse(await readFile(file, "utf8"));
    return isPorts(ports) ? ports : undefined;
  } catch (error) {
    if (hasCode(error, "ENOENT") || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isPorts(value: unknown): value is Ports {
  if (typeof value !== "object" || value === null) return false;
  return PORT_NAMES.every((name) => Number.isInteger(Reflect.get(value, name)));
}

function flags(
  name: (typeof COMPONENTS)[number],
  args: Readonly<Record<string, string>>,
): { name: string; extraArgs: { key: string; value: string }[] } {
  return { name, extraArgs: Object.entries(args).map(([key, value]) => ({ key, value })) };
}
