import type { Thousandths } from "../manifest/quantity.ts";
import type { Amounts, Capacity, NamespacePod, Quota } from "./capacity.ts";
import type { Findings } from "./findings.ts";
import { pluralize, mergeFindings } from "./findings.ts";
import { defaultCpuLimit, shownAmount } from "./limits.ts";
import type { PodDemand } from "./pod-demand.ts";
import { amountsOf } from "./pod-demand.ts";

/**
 * The scopes that every pod of an app is in: none has a deadline of its own, and all ask for
 * memory.
 *
 * Source: Kubernetes docs, "Resource Quotas", and k8s.io/kubernetes,
 * pkg/quota/v1/evaluator/core/pods.go.
 */
const OUR_SCOPES = new Set(["NotTerminating", "NotBestEffort"]);

/** What one pod takes of a quota. */
interface Taken {
  readonly requests: Amounts;
  /** CPU: none where there is no limit. */
  readonly limits: Amounts;
}

type Take = (pod: Taken) => Thousandths;

/** By a quota's names, what a pod takes; a count is in thousandths, too. */
const TAKES: Readonly<Record<string, Take>> = {
  pods: () => 1000n,
  "count/pods": () => 1000n,
  cpu: ({ requests }) => requests.cpu,
  memory: ({ requests }) => requests.memory,
  "ephemeral-storage": ({ requests }) => requests.storage,
  "requests.cpu": ({ requests }) => requests.cpu,
  "requests.memory": ({ requests }) => requests.memory,
  "requests.ephemeral-storage": ({ requests }) => requests.storage,
  "limits.cpu": ({ limits }) => limits.cpu,
  "limits.memory": ({ limits }) => limits.memory,
  "limits.ephemeral-storage": ({ limits }) => limits.storage,
};

/**
 * Whether the namespace's quotas leave room for what is wanted, now, during a rollout, and at its
 * most.
 */
export function fitQuotas(all: readonly PodDemand[], capacity: Capacity): Findings {
  return mergeFindings(
    capacity.quotas
      .filter(({ scopes }) => scopes.every((scope) => OUR_SCOPES.has(scope)))
      .flatMap((quota) => {
        const ours = all.filter((kind) => isCounted(quota, kind));
        if (ours.length === 0) return [];
        const missing = missingLimit(quota, ours, capacity);
        if (missing) return [missing];
        return Object.keys(quota.hard)
          .sort()
          .flatMap((name) => {
            const take = TAKES[name];
            return take ? [fitOne({ quota, name, take }, ours, capacity)] : [];
          });
      }),
  );
}

/**
 * Whether a quota counts pods by their PriorityClass. Pods without one may get the cluster's
 * default, so a quota that selects by class is taken to count those alone whose class is named.
 *
 * Source: k8s.io/kubernetes, pkg/quota/v1/evaluator/core/pods.go (podMatchesSelector).
 */
function isCounted(
  { priorityClasses = [] }: Quota,
  { priorityClass }: { readonly priorityClass?: string | undefined },
): boolean {
  if (priorityClass === undefined) return priorityClasses.length === 0;
  return priorityClasses.every(({ operator, names }) => {
    if (operator === "Exists") return true;
    if (operator === "DoesNotExist") return false;
    return names.includes(priorityClass) === (operator === "In");
  });
}

/** Where CPU limits are counted, a pod without one is refused. */
function missingLimit(
  { name, hard }: Quota,
  demand: readonly PodDemand[],
  { limits, namespace, hidden }: Capacity,
): Findings | undefined {
  const countsCpu = hard["limits.cpu"] !== undefined && demand.some(({ max }) => max > 0);
  if (!countsCpu || defaultCpuLimit(limits) || hidden.includes("limitranges")) return undefined;
  const message = `the ResourceQuota "${name}" of the namespace ${namespace} counts limits.cpu, so every pod without a CPU limit would be refused, and dash-scale sets none; have a LimitRange with a default for cpu added there, or limits.cpu left out`;
  return { problems: [{ location: "dash-scale:app.namespace", message }], warnings: [], notes: [] };
}

interface Counted {
  readonly quota: Quota;
  readonly name: string;
  readonly take: Take;
}

function fitOne(counting: Counted, demand: readonly PodDemand[], capacity: Capacity): Findings {
  const { quota, name, take } = counting;
  const cpuLimit = defaultCpuLimit(capacity.limits)?.cpu ?? 0n;
  const each = (kind: PodDemand) => take(takenBy(kind, cpuLimit));
  const sum = (of: "min" | "max") =>
    demand.reduce((total, kind) => total + BigInt(kind[of]) * each(kind), 0n);
  const left = (quota.hard[name] ?? 0n) - usedByOthers(counting, demand, capacity.pods);
  const [key = "dash-scale:scale"] =
    demand.length === 1 ? demand.map(({ keys }) => keys.replicas) : [];
  const atScale = (message: string) => [{ location: key, message }];
  const figures = `${quotaText(counting, capacity, left)}, and ${shares(demand, each, name)}`;
  if (sum("min") > left) {
    const message = `${figures}, which is ${shownAmount(name, sum("min") - left)} too much; lower it, or have the quota raised`;
    return { problems: atScale(message), warnings: [], notes: [] };
  }
  const stalled = demand.filter(
    (kind) => kind.surge > 0 && kind.min > 0 && sum("min") + each(kind) > left,
  );
  const warnings = stalled.map(({ type, surge, keys }) => ({
    location: keys.replicas,
    message: `a rollout of ${type} would stall: it adds ${pluralize(surge, "pod")} for its duration, but ${figures}`,
  }));
  if (sum("max") <= left) return { problems: [], warnings, notes: [] };
  const message = `${quotaText(counting, capacity, left)}, and at its maximum the app would come to ${shownAmount(name, sum("max"))}; the replicas above it would be refused`;
  return { problems: [], warnings: [...warnings, ...atScale(message)], notes: [] };
}

function takenBy({ size }: PodDemand, cpuLimit: Thousandths): Taken {
  const requests = amountsOf(size);
  return { requests, limits: { ...requests, cpu: cpuLimit } };
}

/** Where the app's own pods may not be listed, nothing is held against it that may be its own. */
function usedByOthers(
  { quota, name, take }: Counted,
  demand: readonly PodDemand[],
  pods: readonly NamespacePod[] | undefined,
): Thousandths {
  if (!pods) return 0n;
  const names = new Set(demand.map((kind) => kind.name));
  const own = pods.filter(
    (pod) => pod.instance !== undefined && names.has(pod.instance) && isCounted(quota, pod),
  );
  const used = (quota.used[name] ?? 0n) - own.reduce((total, pod) => total + take(pod), 0n);
  // The quota's own count may lag behind.
  return used > 0n ? used : 0n;
}

function quotaText(
  { quota, name }: Counted,
  { namespace, pods }: Capacity,
  left: Thousandths,
): string {
  const hard = quota.hard[name] ?? 0n;
  const others =
    pods && left < hard ? `, of which others use ${shownAmount(name, hard - left)}` : "";
  return `the ResourceQuota "${quota.name}" of the namespace ${namespace} allows ${shownAmount(name, hard)} ${name}${others}`;
}

/** `web 4 × 512Mi and worker 2 × 512Mi come to 3Gi`. */
function shares(
  demand: readonly PodDemand[],
  each: (kind: PodDemand) => Thousandths,
  name: string,
): string {
  const some = demand.filter(({ min }) => min > 0);
  const isCount = name === "pods" || name === "count/pods";
  const parts = some.map((kind) =>
    isCount
      ? `${kind.type} ${kind.min}`
      : `${kind.type} ${kind.min} × ${shownAmount(name, each(kind))}`,
  );
  const sum = some.reduce((total, kind) => total + BigInt(kind.min) * each(kind), 0n);
  return `${parts.join(" + ")} comes to ${shownAmount(name, sum)}`;
}
