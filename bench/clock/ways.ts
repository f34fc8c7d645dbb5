import { join } from "node:path";
import { ROOT } from "../../infra/root.ts";
import type { Desk, Peer, Words } from "../speed/peer.ts";
import { helm as helmPeer } from "../speed/peers/helm.ts";
import { kubectl as kubectlPeer } from "../speed/peers/kubectl.ts";
import { ours } from "../speed/peers/pulumi.ts";

/** A way to change the replicas of one process type, and to wait until they are available. */
export interface Way {
  readonly name: string;
  readonly title: string;
  /** Who has installed the app that is changed. */
  readonly peer: Peer;
  /** Changes its files, where it has some; what that takes is not counted. */
  readonly write: (desk: Desk, replicas: number) => Promise<void>;
  readonly command: (desk: Desk, replicas: number) => Words;
}

const DASH_SCALE = join(ROOT, "commands", "dash-scale.mjs");

export const HELM = "helm";

/** Each of them, in the order of the tables. */
export const WAYS: readonly Way[] = [
  {
    name: "scale",
    title: "`dash-scale scale --up --yes`",
    peer: ours,
    write: async () => {},
    command: ({ formation }, replicas) => {
      const words = ["scale", `${formation.scaled}=${replicas}`, "--up", "--yes"];
      return [process.execPath, DASH_SCALE, ...words, "--stack", "bench"];
    },
  },
  {
    name: "up",
    title: "`pulumi up --skip-preview`",
    peer: ours,
    write: ours.write,
    command: () => [
      "pulumi",
      "up",
      "--yes",
      "--skip-preview",
      "--non-interactive",
      "--stack",
      "bench",
    ],
  },
  {
    name: HELM,
    title: "`helm upgrade --wait`",
    peer: helmPeer,
    write: helmPeer.write,
    command: (desk) => helmPeer.apply(desk),
  },
  {
    name: "kubectl",
    title: "`kubectl scale`, `rollout status`",
    peer: kubectlPeer,
    write: async () => {},
    command: ({ cluster, namespace, formation }, replicas) => {
      const deployment = `deployment/${namespace}-${formation.scaled}`;
      const script = `"$0" -n ${namespace} scale ${deployment} --replicas ${replicas} && "$0" -n ${namespace} rollout status ${deployment}`;
      return ["/bin/sh", "-c", script, cluster.environment.programs.kubectl];
    },
  },
];
