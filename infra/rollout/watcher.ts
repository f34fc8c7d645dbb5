import type { RolloutWatcher, Workload } from "../../components/rollout.ts";
import { ApiError, isStatus } from "../cluster/api-error.ts";
import { HttpClient } from "../cluster/http.ts";
import type { JsonObject } from "../cluster/json.ts";
import type { ClusterSettings } from "../cluster/kubeconfig.ts";
import { loadKubeconfig } from "../cluster/kubeconfig.ts";
import { Doorbell } from "./doorbell.ts";
import { Rollout } from "./rollout.ts";
import type { WorkloadList } from "./read.ts";
import { hasEndingPods, latestWarning, readTroubles, readWorkloads } from "./read.ts";
import type { Sighting } from "./verdict.ts";
import { workloadStatus } from "./workload-status.ts";

/** Between two looks, where nothing rings: the cluster says nothing of pods that do not come up. */
const PAUSE_MS = 300;
/** Between two looks, however often it rings. */
const LEAST_PAUSE_MS = 50;
/** A look that takes long is taken less often, so that a large app does not load its API server. */
const PAUSE_PER_LOOK = 5;
/** Reasons are looked for from then on: most rollouts are over sooner, or have nothing to say. */
const REASONS_AFTER_MS = 1_500;
/** An API server that does not answer is waited for that long, as one that is upgraded needs. */
const OUTAGE_MS = 120_000;

/** Reports in one line how far all rollouts have come. */
export type Report = (line: string) => void;

/**
 * Follows workloads by what the API server has of them: the list of a namespace's workloads, asked
 * for again and again, and at once when one of them has changed, and the pods of those that take a
 * while.
 *
 * Lists are consistent reads, so that nothing from before a change is taken for its result.
 *
 * @param report gets a line when it has changed
 */
export class ClusterWatcher implements RolloutWatcher {
  readonly #settings: ClusterSettings;
  readonly #report: Report;
  readonly #pending = new Set<Rollout>();
  #reported = "";
  #isLooking = false;

  constructor(settings: ClusterSettings, report: Report) {
    this.#settings = settings;
    this.#report = report;
  }

  follow(workload: Workload): Promise<void> {
    const rollout = new Rollout(workload);
    this.#pending.add(rollout);
    if (!this.#isLooking) void this.#look();
    return rollout.ended;
  }

  /**
   * Looks until nothing is pending. It never fails: what goes wrong is what the rollouts end with.
   */
  async #look(): Promise<void> {
    this.#isLooking = true;
    const over = new AbortController();
    try {
      const http = new HttpClient(await loadKubeconfig(this.#settings), over.signal);
      const bell = new Doorbell(http);
      while (this.#pending.size > 0) {
        const begun = performance.now();
        await this.#lookOnce(http, bell);
        const least = Math.max(LEAST_PAUSE_MS, (performance.now() - begun) * PAUSE_PER_LOOK);
        if (this.#pending.size > 0) await bell.pause(least, Math.max(PAUSE_MS, least));
      }
    } catch (error) {
      for (const rollout of this.#pending) this.#end(rollout, error);
    } finally {
      over.abort();
      this.#isLooking = false;
      this.#tell("");
    }
  }

  async #lookOnce(http: HttpClient, bell: Doorbell): Promise<void> {
    const pending = [...this.#pending];
    try {
      const lists = await listed(http, pending);
      for (const list of lists) bell.watch(list);
      const objects = byKey(lists);
      await Promise.all(
        pending.map((it) => this.#judge(http, it, objects.get(keyOf(it.workload)))),
      );
    } catch (error) {
      if (!isTransient(error)) throw error;
      for (const rollout of pending) rollout.outage(error);
      const late = pending.filter((it) => it.outageMs > OUTAGE_MS);
      for (const rollout of late) this.#end(rollout, error);
    }
    this.#tell([...this.#pending].map((it) => it.line).join("; "));
  }

  async #judge(http: HttpClient, rollout: Rollout, live: JsonObject | undefined): Promise<void> {
    const { workload } = rollout;
    if (!live) {
      const { kind, name, namespace } = workload;
      const gone = `${workload.type}: its ${kind} ${name} is not in namespace ${namespace} any more. Somebody has deleted it: pulumi up --refresh creates it again`;
      return this.#end(rollout, new Error(gone));
    }
    const status = workloadStatus(live, workload);
    if (status.done) return this.#end(rollout);
    if (rollout.isNew && status.refusal !== undefined) await remind(http, workload);
    const isDue = rollout.ageMs > REASONS_AFTER_MS || status.failure !== undefined;
    // Until then the newest pods that the controller knows of are those of the version before.
    const hasReasons = status.observed && isDue;
    const troubles = hasReasons ? await readTroubles(http, workload, live) : [];
    const podsEnding =
      status.refusal !== undefined && (await hasEndingPods(http, workload.namespace));
    const failure = rollout.see({ status, troubles, podsEnding });
    if (failure === undefined) return;
    const warning = await warningOn(http, workload, { status, troubles, podsEnding });
    this.#end(rollout, new Error([failure, ...warning].join("\n  ")));
  }

  /**
   * One that has failed is the end of all: what depends on it is not begun, and what has to be
   * fixed is known.
   */
  #end(rollout: Rollout, error?: unknown): void {
    if (!this.#pending.delete(rollout)) return;
    rollout.end(error);
    if (error === undefined) return;
    for (const other of this.#pending) {
      const line = other.line === "" ? other.workload.type : other.line;
      this.#pending.delete(other);
      other.end(new Error(`${line}; not waited for any longer`));
    }
  }

  #tell(line: string): void {
    if (line === this.#reported) return;
    this.#reported = line;
    this.#report(line);
  }
}

/**
 * Has a Deployment's controllers try again at once. After refusals they wait ever longer between
 * two tries, up to a quarter of an hour, and do not hear of a quota that was raised. An annotation
 * is enough: it is handed on to the replica set, and no pod has it.
 *
 * Source: kubernetes, pkg/controller/deployment/util/deployment_util.go
 * (`SetNewReplicaSetAnnotations`).
 */
async function remind(http: HttpClient, { kind, namespace, name }: Workload): Promise<void> {
  if (kind !== "Deployment") return;
  await http.send({
    method: "PATCH",
    path: `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`,
    query: { fieldManager: "dash-scale" },
    body: { metadata: { annotations: { "dash-scale/retried-at": new Date().toISOString() } } },
    contentType: "application/merge-patch+json",
  });
}

/** The workloads of each namespace and kind that is followed, as the cluster has them. */
async function listed(http: HttpClient, rollouts: readonly Rollout[]): Promise<WorkloadList[]> {
  const kinds = new Map(
    rollouts.map(({ workload }) => [`${workload.kind} ${workload.namespace}`, workload]),
  );
  return Promise.all([...kinds.values()].map((workload) => readWorkloads(http, workload)));
}

/** Workloads by {@link keyOf}. */
function byKey(lists: readonly WorkloadList[]): Map<string, JsonObject> {
  const entries = lists.flatMap(({ kind, namespace, byName }) =>
    [...byName].map(([name, it]) => [keyOf({ kind, namespace, name }), it] as const),
  );
  return new Map(entries);
}

function keyOf({ kind, namespace, name }: Pick<Workload, "kind" | "namespace" | "name">): string {
  return `${kind} ${namespace}/${name}`;
}

/** Where pods do not say themselves what they wait for, the cluster's events may. */
async function warningOn(
  http: HttpClient,
  { namespace, name, kind }: Workload,
  { status, troubles }: Sighting,
): Promise<string[]> {
  const silent = troubles.find((it) => it.kind === "unready" || it.kind === "starting");
  if (silent === undefined && (troubles.length > 0 || status.refusal !== undefined)) return [];
  const about = silent ? { kind: "Pod", name: silent.pod } : { kind, name };
  const warning = await latestWarning(http, { namespace, ...about });
  return warning === undefined ? [] : [`The cluster's last warning: ${warning}`];
}

/** Whether the same question may be answered a little later. */
function isTransient(error: unknown): boolean {
  return !(error instanceof ApiError) || error.isTransient || isStatus(error, 401);
}
