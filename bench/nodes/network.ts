import { readdir } from "node:fs/promises";
import { mustRun, run } from "../../commands/system/children.ts";
import {
  BRIDGE,
  CLIENT,
  HOST,
  NODES,
  PREFIX,
  SERVICES,
  nodeAddress,
  nodeNamespace,
  podRange,
} from "./layout.ts";

const NAMESPACES = "/run/netns";
const BITS = 24;

/**
 * A program and its arguments that run in a network namespace. `ip netns exec` would hide
 * /sys/fs/cgroup.
 */
export function inNamespace(namespace: string, ...command: string[]): [string, string[]] {
  return ["nsenter", [`--net=${NAMESPACES}/${namespace}`, "--", ...command]];
}

/**
 * Connects this machine, the nodes and the client. Nothing leads out of it.
 *
 * The bridge is in a namespace of its own, so that this machine's packet filter has no say in what
 * passes over it.
 */
export async function createNetwork(signal: AbortSignal): Promise<void> {
  const ip = async (...words: string[]) => mustRun("ip", words, { signal });
  const inBridge = ["-n", BRIDGE.namespace];
  await ip("netns", "add", BRIDGE.namespace);
  await ip(...inBridge, "link", "add", BRIDGE.link, "type", "bridge");
  await ip(...inBridge, "link", "set", BRIDGE.link, "up");
  const port = ["netns", BRIDGE.namespace];
  await ip("link", "add", HOST.link, "type", "veth", "peer", "name", "host", ...port);
  await ip(...inBridge, "link", "set", "host", "master", BRIDGE.link, "up");
  await ip("address", "add", `${HOST.address}/${BITS}`, "dev", HOST.link);
  await ip("link", "set", HOST.link, "up");

  await connect(CLIENT.namespace, CLIENT.address, "client", signal);
  for (const node of NODES) {
    const namespace = nodeNamespace(node);
    await connect(namespace, nodeAddress(node), `node${node}`, signal);
    // Forwarding is a setting of the namespace: this machine goes on forwarding nothing.
    const sysctl = inNamespace(namespace, "sysctl", "-qw", "net.ipv4.ip_forward=1");
    await mustRun(...sysctl, { signal });
  }
  await routes(signal);
}

/** A namespace with one cable to the bridge. */
async function connect(
  namespace: string,
  address: string,
  port: string,
  signal: AbortSignal,
): Promise<void> {
  const ip = async (...words: string[]) => mustRun("ip", words, { signal });
  await ip("netns", "add", namespace);
  const peer = ["peer", "name", "eth0", "netns", namespace];
  await ip("-n", BRIDGE.namespace, "link", "add", port, "type", "veth", ...peer);
  await ip("-n", BRIDGE.namespace, "link", "set", port, "master", BRIDGE.link, "up");
  await ip("-n", namespace, "link", "set", "lo", "up");
  await ip("-n", namespace, "address", "add", `${address}/${BITS}`, "dev", "eth0");
  await ip("-n", namespace, "link", "set", "eth0", "up");
}

/**
 * Pods are found on their nodes, from everywhere; Services by the client through node 1, as through
 * a load balancer.
 */
async function routes(signal: AbortSignal): Promise<void> {
  const add = async (from: readonly string[], to: string, via: string) =>
    mustRun("ip", [...from, "route", "add", to, "via", via], { signal });
  for (const node of NODES) {
    const others = NODES.filter((other) => other !== node);
    const everywhere = [[], ["-n", CLIENT.namespace], ...others.map(namespaceOf)];
    for (const from of everywhere) await add(from, podRange(node), nodeAddress(node));
    await add(namespaceOf(node), "default", HOST.address);
  }
  await add(["-n", CLIENT.namespace], SERVICES.range, nodeAddress(NODES[0]));
}

function namespaceOf(node: (typeof NODES)[number]): string[] {
  return ["-n", nodeNamespace(node)];
}

/** Removes all of it, and what a lane that was killed has left of it. */
export async function removeNetwork(): Promise<void> {
  const names = await readdir(NAMESPACES).catch((): string[] => []);
  // Its other end goes with the bridge's namespace; if that was never made, it has to go by itself.
  await run("ip", ["link", "del", HOST.link]);
  for (const name of names.filter((each) => each.startsWith(`${PREFIX}-`))) {
    await mustRun("ip", ["netns", "del", name]);
  }
}
