import { setTimeout as sleep } from "node:timers/promises";
import { getPath, number, type JsonObject } from "../../infra/cluster/json.ts";
import { changesIn } from "../../infra/cluster/watch.ts";
import { clusterHttp } from "../cluster-http.ts";
import type { LaneCluster } from "../lane-cluster.ts";
import type { DeploymentMarks } from "./parts.ts";

/** Replicas of a Deployment: those that it asks for, and of those that there are. */
interface Counts {
  readonly asked: number;
  readonly total: number;
  readonly ready: number;
  readonly available: number;
}

/** A Deployment that is watched, whoever changes it. */
export class WatchedDeployment {
  readonly #ending = new AbortController();
  readonly #seen: (Counts & { readonly at: number })[] = [];
  #failure: unknown;

  static async follow(
    cluster: LaneCluster,
    { namespace, name }: { readonly namespace: string; readonly name: string },
  ): Promise<WatchedDeployment> {
    const watched = new WatchedDeployment();
    const http = await clusterHttp(cluster, watched.#ending.signal);
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
    const query = { fieldSelector: `metadata.name=${name}` };
    const follow = async () => {
      for await (const event of changesIn(http, { path, query })) {
        const at = performance.now();
        const objects = event.kind === "all" ? event.objects : [event.object];
        watched.#seen.push(...objects.map((object) => ({ at, ...countsOf(object) })));
      }
    };
    follow().catch((error: unknown) => {
      watched.#failure = error;
    });
    return watched;
  }

  /** Waits until it has so many replicas, and no others. */
  async settled(replicas: number, signal: AbortSignal): Promise<void> {
    const isSettled = (it: Counts | undefined) =>
      it?.asked === replicas && it.total === replicas && it.available === replicas;
    while (!isSettled(this.#seen.at(-1))) {
      if (this.#failure !== undefined) throw this.#failure;
      await sleep(20, undefined, { signal });
    }
  }

  /**
   * When it had so many replicas, since a time.
   *
   * @throws Error where it has not
   */
  marks(replicas: number, since: number): DeploymentMarks {
    const when = (key: keyof Counts) => {
      const found = this.#seen.find((it) => it.at >= since && it[key] === replicas);
      if (!found) throw new Error(`the Deployment never had ${replicas} replicas ${key}`);
      return found.at;
    };
    return { asked: when("asked"), ready: when("ready"), available: when("available") };
  }

  end(): void {
    this.#ending.abort();
  }
}

function countsOf(deployment: JsonObject): Counts {
  const count = (...path: string[]) => number(getPath(deployment, ...path)) ?? 0;
  return {
    asked: count("spec", "replicas"),
    total: count("status", "replicas"),
    ready: count("status", "readyReplicas"),
    available: count("status", "availableReplicas"),
  };
}
