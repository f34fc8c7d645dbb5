import type { VNode } from "preact";
import type { NodePods, PodView, TypeView } from "../api.ts";
import { el } from "./el.ts";
import type { Desk } from "./model.ts";

/** The pods of a process type on their nodes, by zone; those without a node apart. */
export function podMap(
  type: string,
  live: TypeView | undefined,
  { cluster, run }: Desk,
): VNode | null {
  if (cluster === undefined || !cluster.asked)
    return el("p", { class: "hint" }, "Asking the cluster…");
  // One banner says why.
  if (cluster.unreachable !== undefined || live === undefined) return null;
  const zones = Map.groupBy(live.nodes, ({ node, zone }) =>
    node === undefined ? NO_NODE : (zone ?? ""),
  );
  return el(
    "div",
    { class: "map" },
    el("p", { class: "summary" }, live.podsText),
    el("div", { class: "zones" }, ...[...zones].map(([zone, nodes]) => zoneBox(zone, nodes, type))),
    ...remarks(live, run?.state === "running"),
  );
}

const NO_NODE = "no node yet";

/** A banner says the rest. */
function remarks(live: TypeView, isApplying: boolean): VNode[] {
  const elsewhere = ["The file says", "Somebody", ...(isApplying ? ["The Deployment asks"] : [])];
  return live.remarks
    .filter((it) => !elsewhere.some((start) => it.startsWith(start)))
    .map((it) => el("p", { class: "notice warn" }, it));
}

function zoneBox(zone: string, nodes: readonly NodePods[], type: string): VNode {
  const isNowhere = zone === NO_NODE;
  return el(
    "div",
    { class: isNowhere ? "zone nowhere" : "zone", key: zone },
    zone === "" ? null : el("h4", null, zone),
    ...nodes.map((node) => nodeRow(node, type)),
  );
}

function nodeRow({ node, pods, counts }: NodePods, type: string): VNode {
  const place = node ?? NO_NODE;
  return el(
    "div",
    { class: "node", key: place },
    node === undefined ? null : el("span", { class: "node-name" }, node),
    pods === undefined
      ? el("span", { class: "counts" }, countsText(counts))
      : pods.length === 0
        ? null
        : el(
            "ul",
            { class: "pods", "aria-label": `Pods of ${type} on ${place}` },
            ...pods.map(square),
          ),
  );
}

function square({ name, state, reason }: PodView): VNode {
  const said = `${name}: ${state}${reason === "" ? "" : `: ${reason}`}`;
  return el(
    "li",
    { class: `pod ${state}`, key: name, title: said },
    el("span", { class: "visually-hidden" }, said),
  );
}

function countsText(counts: NodePods["counts"]): string {
  const parts = Object.entries(counts).filter(([, count]) => count > 0);
  return parts.map(([state, count]) => `${count} ${state}`).join(", ");
}
