import type { HttpClient } from "../../infra/cluster/http.ts";
import { changesIn } from "../../infra/cluster/watch.ts";
import { nameOf } from "../../commands/status/live.ts";
import { clusterHttp } from "../cluster-http.ts";
import type { LaneCluster } from "../lane-cluster.ts";

/** A watch of one's own on pods: it says when the API server told of a change. */
export class PodEvents {
  readonly #awaited = new Map<string, (milliseconds: number) => void>();
  readonly #ending = new AbortController();
  #names: readonly string[] = [];

  static async follow(cluster: LaneCluster, namespace: string): Promise<PodEvents> {
    const events = new PodEvents();
    const http = await clusterHttp(cluster, events.#ending.signal);
    const { promise: listed, resolve, reject } = Promise.withResolvers<void>();
    events.#run(http, namespace, resolve).catch((error: unknown) => {
      if (!events.#ending.signal.aborted) reject(error);
    });
    await listed;
    return events;
  }

  /** The pods that were there at the beginning. */
  get names(): readonly string[] {
    return this.#names;
  }

  /** Milliseconds since 1970 at which the next change of a pod was told. */
  next(pod: string): Promise<number> {
    return new Promise((resolve) => this.#awaited.set(pod, resolve));
  }

  end(): void {
    this.#ending.abort();
  }

  async #run(http: HttpClient, namespace: string, listed: () => void): Promise<void> {
    const path = `/api/v1/namespaces/${namespace}/pods`;
    for await (const event of changesIn(http, { path })) {
      if (event.kind === "all") {
        this.#names = event.objects.map(nameOf);
        listed();
        continue;
      }
      const name = nameOf(event.object);
      this.#awaited.get(name)?.(Date.now());
      this.#awaited.delete(name);
    }
  }
}
