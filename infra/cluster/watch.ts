/** Follows the objects of a collection: a list of all, then each change as it comes. */
import { ApiError, isStatus } from "./api-error.ts";
import type { HttpClient } from "./http.ts";
import { getPath, list, number, object, text } from "./json.ts";
import type { JsonObject } from "./json.ts";

/** Which objects. */
export interface Collection {
  /** `/api/v1/namespaces/shop/pods`. */
  readonly path: string;
  /** Such as a `labelSelector`. */
  readonly query?: Readonly<Record<string, string>>;
}

/** A collection, and the version of a list of it. */
export interface WatchedList extends Collection {
  readonly version: string;
}

/** What has become of a collection. */
export type CollectionEvent =
  | { readonly kind: "all"; readonly objects: readonly JsonObject[] }
  | { readonly kind: "changed" | "gone"; readonly object: JsonObject };

/** So many objects in each answer: thousands of pods are 40 MB. */
const PAGE_SIZE = "500";
/** After that time the API server ends a watch, and the next one begins where this one ended. */
const WATCH_SECONDS = 300;
const IDLE_MS = (WATCH_SECONDS + 30) * 1_000;
/** A watch that ends sooner is no reason to ask again at once. */
const PAUSE_MS = 1_000;

/** All objects of a collection, and the version of the list from which a watch goes on. */
export async function listAll(
  http: HttpClient,
  { path, query = {} }: Collection,
): Promise<{ readonly objects: readonly JsonObject[]; readonly version: string }> {
  const objects: JsonObject[] = [];
  let version = "";
  let token: string | undefined = "";
  while (token !== undefined) {
    const more: Record<string, string> = token === "" ? {} : { continue: token };
    const answer = await http.send({
      method: "GET",
      path,
      query: { ...query, limit: PAGE_SIZE, ...more },
    });
    objects.push(...list(answer["items"]).map(object));
    version = text(getPath(answer, "metadata", "resourceVersion")) ?? "";
    const next = text(getPath(answer, "metadata", "continue"));
    token = next === "" ? undefined : next;
  }
  return { objects, version };
}

/**
 * All objects of a collection, and from then on each change, until the client is ended. Where the
 * cluster has forgotten the version that a watch begins at, all objects come anew.
 *
 * Source: Kubernetes docs, "Efficient detection of changes".
 *
 * @throws ApiError where the cluster refuses; another error where it cannot be reached any more
 */
export async function* changesIn(
  http: HttpClient,
  collection: Collection,
): AsyncGenerator<CollectionEvent> {
  for (;;) {
    const { objects, version } = await listAll(http, collection);
    yield { kind: "all", objects };
    try {
      yield* changesSince(http, { ...collection, version });
    } catch (error) {
      if (!isStatus(error, 410)) throw error;
    }
  }
}

/**
 * Each change of a collection since a list of it, until the client is ended.
 *
 * @throws as {@link changesIn}; ApiError 410 where the cluster has forgotten the version
 */
export async function* changesSince(
  http: HttpClient,
  { path, query = {}, version }: WatchedList,
): AsyncGenerator<CollectionEvent> {
  let from = version;
  for (;;) {
    const begun = performance.now();
    const watch = {
      ...query,
      watch: "true",
      allowWatchBookmarks: "true",
      resourceVersion: from,
      timeoutSeconds: String(WATCH_SECONDS),
    };
    for await (const event of http.lines({ method: "GET", path, query: watch }, IDLE_MS)) {
      const type = text(event["type"]);
      const changed = object(event["object"]);
      if (type === "ERROR") throw new ApiError(number(changed["code"]) ?? 500, changed);
      from = text(getPath(changed, "metadata", "resourceVersion")) ?? from;
      if (type !== "BOOKMARK")
        yield { kind: type === "DELETED" ? "gone" : "changed", object: changed };
    }
    if (performance.now() - begun < PAUSE_MS) await http.pause(PAUSE_MS);
  }
}
