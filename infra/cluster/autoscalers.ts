/** Reads what autoscalers say of themselves. */
import type {
  AutoscalerCondition,
  AutoscalerKind,
  SeenAutoscaler,
} from "../../components/plan/autoscaler-findings.ts";
import { truncate } from "../../components/cost/text-table.ts";
import { ApiError } from "./api-error.ts";
import type { HttpClient } from "./http.ts";
import type { Json, JsonObject } from "./json.ts";
import { getPath, list, text } from "./json.ts";
import { listAll } from "./watch.ts";

/** Whose autoscalers. */
export interface AutoscaledApp {
  readonly namespace: string;
  readonly app: string;
  readonly kinds: readonly AutoscalerKind[];
}

const PATHS: Readonly<Record<AutoscalerKind, (namespace: string) => string>> = {
  HorizontalPodAutoscaler: (namespace) =>
    `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers`,
  ScaledObject: (namespace) => `/apis/keda.sh/v1alpha1/namespaces/${namespace}/scaledobjects`,
};
const CONDITIONS: Readonly<Record<AutoscalerKind, string>> = {
  HorizontalPodAutoscaler: "ScalingActive",
  ScaledObject: "Ready",
};

/**
 * The autoscalers of an app, with those that KEDA has made: it hands a ScaledObject's labels on.
 * Nothing is seen of a kind that the account may not list, or that the cluster does not have.
 *
 * @throws where the cluster cannot be reached
 */
export async function readAutoscalers(
  http: HttpClient,
  { namespace, app, kinds }: AutoscaledApp,
): Promise<SeenAutoscaler[]> {
  const query = { labelSelector: `app.kubernetes.io/name=${app}` };
  const found = kinds.map(async (kind) => {
    const path = PATHS[kind](encodeURIComponent(namespace));
    const { objects } = await listAll(http, { path, query }).catch(nothing);
    return objects.flatMap((object) => seenAutoscaler(kind, object) ?? []);
  });
  return (await Promise.all(found)).flat();
}

function nothing(error: unknown): { readonly objects: readonly JsonObject[] } {
  if (error instanceof ApiError) return { objects: [] };
  throw error;
}

function seenAutoscaler(kind: AutoscalerKind, object: JsonObject): SeenAutoscaler | undefined {
  const name = text(getPath(object, "metadata", "name"));
  const deployment = scaledDeployment(object);
  const created = timeIn(getPath(object, "metadata", "creationTimestamp"));
  if (name === undefined || deployment === undefined || created === undefined) return undefined;
  const isPaused = conditionOf(object, "Paused")?.status === "True";
  const condition = isPaused ? undefined : conditionOf(object, CONDITIONS[kind]);
  return { kind, name, deployment, created, condition };
}

/** KEDA's default kind is a Deployment, too. */
function scaledDeployment(object: JsonObject): string | undefined {
  const target = getPath(object, "spec", "scaleTargetRef");
  const kind = text(getPath(target, "kind")) ?? "Deployment";
  return kind === "Deployment" ? text(getPath(target, "name")) : undefined;
}

function conditionOf(object: JsonObject, type: string): AutoscalerCondition | undefined {
  const all = list(getPath(object, "status", "conditions"));
  const found = all.find((it) => getPath(it, "type") === type);
  return found === undefined
    ? undefined
    : {
        status: text(getPath(found, "status")) ?? "",
        reason: text(getPath(found, "reason")) ?? "",
        message: onOneLine(text(getPath(found, "message")) ?? ""),
        since: timeIn(getPath(found, "lastTransitionTime")),
        written: writtenIn(object),
      };
}

/** The API server keeps for each writer when it has changed something. */
function writtenIn(object: JsonObject): number | undefined {
  const times = list(getPath(object, "metadata", "managedFields"))
    .filter((it) => getPath(it, "subresource") === "status")
    .flatMap((it) => timeIn(getPath(it, "time")) ?? []);
  return times.length === 0 ? undefined : Math.max(...times);
}

const MAX_MESSAGE_LENGTH = 300;

function onOneLine(message: string): string {
  return truncate(message.replaceAll(/\s+/g, " ").trim(), MAX_MESSAGE_LENGTH);
}

/** Milliseconds since 1970. */
function timeIn(value: Json | undefined): number | undefined {
  const time = Date.parse(text(value) ?? "");
  return Number.isNaN(time) ? undefined : time;
}
