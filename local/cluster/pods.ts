import type { LocalEnvironment } from "../environment.ts";
import { CommandError } from "../../commands/system/errors.ts";

/** A pod, as the table shows it; what it does not have is "-". */
export interface PodRow {
  readonly namespace: string;
  readonly pod: string;
  readonly node: string;
  readonly zone: string;
  readonly status: string;
}

const POD_COLUMNS = [
  "NAMESPACE:.metadata.namespace",
  "POD:.metadata.name",
  "NODE:.spec.nodeName",
  "PHASE:.status.phase",
  'READY:.status.conditions[?(@.type=="Ready")].status',
  "DELETED:.metadata.deletionTimestamp",
];

const NODE_COLUMNS = [
  "NODE:.metadata.name",
  "ZONE:.metadata.labels.topology\\.kubernetes\\.io/zone",
];

/** Every pod but Kubernetes' own, in the order of namespace and name. */
export async function podRows(environment: LocalEnvironment): Promise<PodRow[]> {
  const [pods, nodes] = await Promise.all([
    columns(environment, ["pods", "--all-namespaces"], POD_COLUMNS),
    columns(environment, ["nodes"], NODE_COLUMNS),
  ]);
  const zones = new Map(nodes.map(([node = "-", zone = "-"]) => [node, zone]));
  return pods
    .map(([namespace = "-", pod = "-", node = "-", ...status]) => {
      return { namespace, pod, node, zone: zones.get(node) ?? "-", status: statusOf(status) };
    })
    .filter(({ namespace }) => !namespace.startsWith("kube-"))
    .sort((a, b) => `${a.namespace}/${a.pod}`.localeCompare(`${b.namespace}/${b.pod}`));
}

/** The rows as columns of text, under a heading. */
export function podTable(rows: readonly PodRow[]): string {
  const heading = ["NAMESPACE", "POD", "NODE", "ZONE", "STATUS"];
  const cells = rows.map((row) => [row.namespace, row.pod, row.node, row.zone, row.status]);
  const lines = [heading, ...cells];
  const widths = heading.map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  const padded = lines.map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)));
  return padded.map((line) => line.join("  ").trimEnd()).join("\n");
}

function statusOf([phase = "-", ready, deleted = "-"]: readonly string[]): string {
  if (deleted !== "-") return "Terminating";
  return phase === "Running" && ready !== "True" ? "Running, not ready" : phase;
}

async function columns(
  environment: LocalEnvironment,
  what: readonly string[],
  wanted: readonly string[],
): Promise<string[][]> {
  const args = ["get", ...what, "--no-headers", "-o", `custom-columns=${wanted.join(",")}`];
  const { status, stdout, stderr } = await environment.kubectl(args);
  if (status !== 0) throw new CommandError(`kubectl get ${what[0] ?? ""} failed: ${stderr.trim()}`);
  const lines = stdout.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line) => line.split(/\s+/).map((cell) => (cell === "<none>" ? "-" : cell)));
}
