/** Whether a rollout goes on, and in which words that is reported. */
import type { Workload } from "../../components/rollout.ts";
import type { PodTrouble } from "./pod-trouble.ts";
import type { WorkloadStatus } from "./workload-status.ts";

/** What was seen of a workload that is not done. */
export interface Sighting {
  readonly status: WorkloadStatus;
  /** Of the pods of its newest version. */
  readonly troubles: readonly PodTrouble[];
  /** Whether pods in the namespace are on their way out: they hold a quota for a while. */
  readonly podsEnding: boolean;
}

/** How long what was seen has lasted, in seconds. */
export interface Lasting {
  /** Since a count of pods has changed last. */
  readonly withoutProgress: number;
  /** Since an image was first seen to be missing, without a break. */
  readonly withoutImage: number;
  /** Since the controller was first seen to be refused a pod, without a break. */
  readonly refused: number;
}

/** kubelet tries again after 10 seconds: what lasts longer has failed twice. */
const IMAGE_PATIENCE_SECONDS = 15;
/**
 * The controller tries again within a second or two; a quota is counted anew when a pod is gone.
 */
const REFUSAL_PATIENCE_SECONDS = 5;
/** A paused Deployment still changes its scale, and that begins within a second or two. */
const PAUSE_PATIENCE_SECONDS = 10;
/**
 * A container that has ended three times in a row does not come up by itself; kubelet waits ever
 * longer between.
 */
const STARTS = 3;

/** Why a rollout has failed, or undefined while it may still go on. */
export function failureOf(
  workload: Workload,
  { status, troubles, podsEnding }: Sighting,
  lasting: Lasting,
): string | undefined {
  const crashed = troubles.find(({ kind, starts }) => kind === "crash" && starts >= STARTS);
  const isFinal =
    crashed !== undefined ||
    (lasting.withoutImage >= IMAGE_PATIENCE_SECONDS && troubles.some(isImage)) ||
    (lasting.refused >= REFUSAL_PATIENCE_SECONDS && !podsEnding) ||
    (lasting.withoutProgress >= PAUSE_PATIENCE_SECONDS && isHeld(status));
  if (isFinal) return sentence(workload, status, troubles);
  const isLate = lasting.withoutProgress >= workload.progressDeadlineSeconds;
  if (status.failure === undefined && !isLate) return undefined;
  const late = `no progress for ${workload.progressDeadlineSeconds} seconds`;
  return sentence(workload, status, troubles, late);
}

/** Whether a pod has no image. */
export function isImage({ kind }: PodTrouble): boolean {
  return kind === "image";
}

/** Whether a new version waits until somebody lets the rollout go on. */
function isHeld({ paused, observed, updated, desired }: WorkloadStatus): boolean {
  return paused && observed && updated === 0 && desired > 0;
}

function sentence(
  workload: Workload,
  status: WorkloadStatus,
  troubles: readonly PodTrouble[],
  late?: string,
): string {
  const { type } = workload;
  const why = reasons(status, troubles);
  const because = why.length > 0 ? why : [status.failure ?? silence(workload, status)];
  const old = oldPods(status);
  const head = [
    `${type} does not run: ${availability(status)}`,
    ...(late === undefined ? [] : [late]),
  ].join(", ");
  const rest =
    old > 0
      ? [`${plural(old, "pod")} of the previous version still ${old === 1 ? "serves" : "serve"}.`]
      : [];
  return [`${head}.`, ...because, ...rest].join("\n  ");
}

/** Why no pod is to blame. */
function silence({ namespace, name }: Workload, status: WorkloadStatus): string {
  if (!status.observed) return "the cluster's controller manager has not picked up the change";
  const where = `${name} --namespace ${namespace}`;
  if (isHeld(status)) {
    return `Somebody has paused the rollout. To let it go on: kubectl rollout resume deployment ${where}`;
  }
  const { replicas, desired } = status;
  if (replicas >= desired) return "the cluster gives no reason";
  return replicas === 0
    ? `Somebody has scaled it to 0, where an autoscaler leaves it. To wake it: kubectl scale deployment ${where} --replicas ${desired}`
    : `Its autoscaler has left it at ${plural(replicas, "replica")}, below min: ${desired}. Does the autoscaler's controller run?`;
}

function oldPods({ total, updated }: WorkloadStatus): number {
  return Math.max(0, total - updated);
}

function availability(status: WorkloadStatus): string {
  const old = oldPods(status);
  // Those of the version before are the last to go, so it is they that are available.
  const running = Math.max(0, status.available - old);
  return `${running} of ${plural(status.desired, old > 0 ? "new pod" : "pod")} available`;
}

/** The cluster's reasons, each once, with the first pod that it was seen at. */
function reasons({ refusal }: WorkloadStatus, troubles: readonly PodTrouble[]): string[] {
  const refused = refusal === undefined ? [] : [`Pods are refused: ${refusal}`];
  const grouped = Map.groupBy(
    troubles,
    ({ kind, detail, pod }) => `${kind} ${detail.replaceAll(pod, "")}`,
  );
  const seen = [...grouped.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const others = group.length > 1 ? ` (and ${plural(group.length - 1, "other pod")})` : "";
    return [`Pod ${first.pod}${others} ${VERBS[first.kind]}: ${first.detail}`];
  });
  return [...refused, ...seen];
}

const VERBS: Record<PodTrouble["kind"], string> = {
  unscheduled: "waits for a node",
  image: "has no image",
  crash: "does not stay up",
  config: "cannot be started",
  starting: "is starting",
  unready: "is not ready",
  ended: "was stopped by its node",
};

/** One line on how far a rollout has come: `web: 3 of 4 pods available, 1 waits for a node`. */
export function progressOf({ type }: Workload, { status, troubles }: Sighting): string {
  const counted = Map.groupBy(troubles, ({ kind }) => kind);
  const parts = [...counted].map(([kind, group]) => `${group.length} ${VERBS[kind]}`);
  const old = oldPods(status);
  return [
    `${type}: ${availability(status)}`,
    ...parts,
    ...(status.refusal === undefined ? [] : ["pods are refused"]),
    ...(old > 0 ? [`${old} of the previous version`] : []),
  ].join(", ");
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
