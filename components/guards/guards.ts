import type { Input } from "@pulumi/pulumi";
import type { CheckedSettings } from "../config/app.ts";
import type { CheckedGuards } from "../config/guards.ts";
import type { Cost } from "../cost/cost.ts";
import { rangeOf } from "../cost/cost.ts";
import type { Problem, Warning } from "../config/errors.ts";
import { parseQuantity } from "../manifest/quantity.ts";
import { minReplicasOf } from "../manifest/scaling.ts";
import type { ProcessPlan } from "../plan/process-plan.ts";
import { WEB } from "../plan/process-plan.ts";

const MIN_WEB_REPLICAS = 2;
const PRODUCTION = "with dash-scale:guards.production";

/** Problems of an app that is more, or less, than its stack's guards allow. */
export function guardViolations(
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
  if (!scaling || minReplicasOf(scaling) >= MIN_WEB_REPLICAS) return [];
  const field = scaling.kind === "fixed" ? "replicas" : "min";
  const message = `got ${minReplicasOf(scaling)}; expected at least ${MIN_WEB_REPLICAS} ${PRODUCTION}, so that one replica may be lost or drained; write ${field}: ${MIN_WEB_REPLICAS}`;
  return [{ location: `dash-scale:scale.${WEB}.${field}`, message }];
}

function tooManyPods({ maxPods }: CheckedGuards, { processes, totals }: Cost): Problem[] {
  if (maxPods === undefined || totals.pods <= maxPods) return [];
  const parts = partsOf(
    Object.entries(processes).map(([type, { replicas }]) => [type, rangeOf(replicas).max]),
    totals.proxy?.replicas,
  );
  const message = `allows ${maxPods} pods, and the app comes to ${totals.pods} (${parts}); lower the scale, or raise this`;
  return [{ location: "dash-scale:guards.maxPods", message }];
}

function tooMuchMemory({ maxMemory }: CheckedGuards, { processes, totals }: Cost): Problem[] {
  const most = maxMemory === undefined ? undefined : parseQuantity(maxMemory);
  if (most === undefined || (parseQuantity(totals.memory) ?? 0n) <= most) return [];
  const parts = partsOf(
    Object.entries(processes).map(([type, { memory }]) => [type, memory]),
    totals.proxy?.memory,
  );
  const message = `allows ${maxMemory} of memory, and the app comes to ${totals.memory} (${parts}); lower the scale, or raise this`;
  return [{ location: "dash-scale:guards.maxMemory", message }];
}

/** `web 40, worker 24, the proxy 2`. */
function partsOf(
  types: readonly (readonly [string, number | string])[],
  proxy: number | string | undefined,
): string {
  const all = [...types, ...(proxy === undefined ? [] : [["the proxy", proxy] as const])];
  return all.map(([name, amount]) => `${name} ${amount}`).join(", ");
}

// https://github.com/opencontainers/image-spec/blob/main/descriptor.md#sha-256
const BY_DIGEST = /@sha256:[0-9a-f]{64}$/;
const IMAGE_PLACE = "dash-scale:app.image";

/** A problem where the image is none by digest, a warning where that cannot be known yet. */
export function checkImageDigest(
  { production }: CheckedGuards,
  { image }: Pick<CheckedSettings, "image">,
): { readonly problems: readonly Problem[]; readonly warnings: readonly Warning[] } {
  if (!production || image === "" || isByDigest(image)) return { problems: [], warnings: [] };
  if (typeof image !== "string") {
    const message = `is not known yet, so whether it has a digest, as required ${PRODUCTION}, was not checked`;
    return { problems: [], warnings: [{ location: IMAGE_PLACE, message }] };
  }
  const message = `${image} has no digest, so it may be another image tomorrow; a digest is required ${PRODUCTION}: append @sha256: and the digest, as docker buildx imagetools inspect ${image} prints it`;
  return { problems: [{ location: IMAGE_PLACE, message }], warnings: [] };
}

function isByDigest(image: Input<string>): boolean {
  return typeof image === "string" && BY_DIGEST.test(image);
}
