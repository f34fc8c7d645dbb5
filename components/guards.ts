import type { Input } from "@pulumi/pulumi";
import type { Unchecked } from "./check.ts";
import type { Cost } from "./cost.ts";
import { rangeOf } from "./cost.ts";
import type { Problem, Warning } from "./errors.ts";
import { MEBIBYTE, parseQuantity } from "./manifest/quantity.ts";
import { leastReplicas } from "./manifest/scaling.ts";
import { checkCluster } from "./own-cluster.ts";
import type { ProcessPlan } from "./process-plan.ts";
import { WEB } from "./process-plan.ts";
import type { Confirmations } from "./scale-down.ts";
import { checkConfirmations } from "./scale-down.ts";
import type { CheckedSettings } from "./settings.ts";

/** Rules that a stack is held to: the key `dash-scale:guards` of a stack file. */
export interface GuardSettings {
  /**
   * Holds the stack to what production needs:
   *
   * - `web` has at least 2 replicas (autoscaled: `min` 2), so that one of them may be lost or drained;
   * - the image is named by digest, so that what runs is what was tested, on every node and after every restart;
   * - the namespace that is created is protected: Pulumi refuses to remove it, and all that is in it, until it is unprotected.
   *
   * @default false
   */
  readonly production?: boolean;
  /**
   * The most pods of the whole app: all process types, an autoscaled one with its `max`, and the queue. It is the number that
   * a preview shows "in all"; what a rollout adds for its duration is not part of it.
   * @default none
   */
  readonly maxPods?: number;
  /**
   * The most memory that these pods request together: a Kubernetes quantity.
   * @default none
   */
  readonly maxMemory?: string;
  /**
   * Whether a process type loses more than half of its replicas only where `dash-scale:confirm` names that very change, or
   * freely.
   * @default confirm with `production`, else free
   */
  readonly scaleDown?: (typeof SCALE_DOWN)[number];
}

/** {@link GuardSettings} that were checked, with defaults put in. */
export interface CheckedGuards {
  readonly production: boolean;
  readonly maxPods: number | undefined;
  readonly maxMemory: string | undefined;
  /** Whether a scale-down of more than half is to be confirmed. */
  readonly confirms: boolean;
  readonly confirmations: Confirmations;
  /** The one cluster that it may run on; undefined: the one that it was applied to. */
  readonly cluster: string | undefined;
}

const FIELDS = ["production", "maxPods", "maxMemory", "scaleDown"] as const;
const SCALE_DOWN = ["confirm", "free"] as const;
const EXAMPLE = "{ production: true, maxPods: 60, maxMemory: 64Gi }";
const MOST_PODS = 1_000_000;
const MEMORY_ALLOWED = "bytes as a Kubernetes quantity of at least 1Mi, such as 64Gi";
const LEAST_WEB = 2;
const PRODUCTION = "with dash-scale:guards.production";

/** Checks `dash-scale:guards`, `dash-scale:confirm` and `dash-scale:cluster`. */
export function checkGuards(
  given: Unchecked,
  { confirm, cluster }: { readonly confirm: Unchecked; readonly cluster: Unchecked },
): CheckedGuards {
  const field = given.fields(FIELDS, EXAMPLE);
  const production = field("production").flag() ?? false;
  const scaleDown = field("scaleDown").choice(SCALE_DOWN) ?? (production ? "confirm" : "free");
  return {
    production,
    confirms: scaleDown === "confirm",
    confirmations: checkConfirmations(confirm),
    cluster: checkCluster(cluster),
    maxPods: field("maxPods").wholeNumber({ from: 1, to: MOST_PODS }),
    maxMemory: field("maxMemory").quantity(MEBIBYTE, MEMORY_ALLOWED),
  };
}

/** Problems of an app that is more, or less, than its stack's guards allow. */
export function beyondGuards(
  guards: CheckedGuards,
  { processes, cost }: { readonly processes: readonly ProcessPlan[]; readonly cost: Cost },
): Problem[] {
  return [
    ...(guards.production ? tooFewOfWeb(processes) : []),
    ...tooManyPods(guards, cost),
    ...tooMuchMemory(guards, cost),
  ];
}

function tooFewOfWeb(processes: readonly ProcessPlan[]): Problem[] {
  const scaling = processes.find(({ type }) => type === WEB)?.scaling;
  if (!scaling || leastReplicas(scaling) >= LEAST_WEB) return [];
  const field = scaling.kind === "fixed" ? "replicas" : "min";
  const message = `found ${leastReplicas(scaling)}; ${PRODUCTION} it is at least ${LEAST_WEB}, so that one replica may be lost or drained; write ${field}: ${LEAST_WEB}`;
  return [{ place: `dash-scale:scale.${WEB}.${field}`, message }];
}

function tooManyPods({ maxPods }: CheckedGuards, { processes, totals }: Cost): Problem[] {
  if (maxPods === undefined || totals.pods <= maxPods) return [];
  const parts = partsOf(
    Object.entries(processes).map(([type, { replicas }]) => [type, rangeOf(replicas).max]),
    totals.queue?.replicas,
  );
  const message = `allows ${maxPods} pods, and the app comes to ${totals.pods} (${parts}); lower the scale, or raise this`;
  return [{ place: "dash-scale:guards.maxPods", message }];
}

function tooMuchMemory({ maxMemory }: CheckedGuards, { processes, totals }: Cost): Problem[] {
  const most = maxMemory === undefined ? undefined : parseQuantity(maxMemory);
  if (most === undefined || (parseQuantity(totals.memory) ?? 0n) <= most) return [];
  const parts = partsOf(
    Object.entries(processes).map(([type, { memory }]) => [type, memory]),
    totals.queue?.memory,
  );
  const message = `allows ${maxMemory} of memory, and the app comes to ${totals.memory} (${parts}); lower the scale, or raise this`;
  return [{ place: "dash-scale:guards.maxMemory", message }];
}

/** `web 40, worker 24, the queue 2`. */
function partsOf(
  types: readonly (readonly [string, number | string])[],
  queue: number | string | undefined,
): string {
  const all = [...types, ...(queue === undefined ? [] : [["the queue", queue] as const])];
  return all.map(([name, amount]) => `${name} ${amount}`).join(", ");
}

// https://github.com/opencontainers/image-spec/blob/main/descriptor.md#sha-256
const BY_DIGEST = /@sha256:[0-9a-f]{64}$/;
const IMAGE_PLACE = "dash-scale:app.image";

/** A problem where the image is none by digest, a warning where that cannot be known yet. */
export function judgeImage(
  { production }: CheckedGuards,
  { image }: Pick<CheckedSettings, "image">,
): { readonly problems: readonly Problem[]; readonly warnings: readonly Warning[] } {
  if (!production || image === "" || isByDigest(image)) return { problems: [], warnings: [] };
  if (typeof image !== "string") {
    const message = `is known only later, so whether it is by digest, as it is to be ${PRODUCTION}, is not known`;
    return { problems: [], warnings: [{ place: IMAGE_PLACE, message }] };
  }
  const message = `${image} may be another image tomorrow; ${PRODUCTION} it is named by digest: append @sha256: and the digest, as docker buildx imagetools inspect ${image} prints it`;
  return { problems: [{ place: IMAGE_PLACE, message }], warnings: [] };
}

function isByDigest(image: Input<string>): boolean {
  return typeof image === "string" && BY_DIGEST.test(image);
}
