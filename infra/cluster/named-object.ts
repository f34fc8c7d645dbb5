import type { Serving } from "../../components/plan/autoscaler-findings.ts";
import { isStatus } from "./api-error.ts";
import type { HttpClient } from "./http.ts";
import type { Json } from "./json.ts";

/** What came of reading one object by its name. */
export type ObjectReading =
  | { readonly kind: "read"; readonly object: Json | undefined }
  | { readonly kind: "missing" }
  | { readonly kind: "forbidden" };

/** @throws where the cluster cannot be reached, or does not know the user */
export async function readObject(http: HttpClient, path: string): Promise<ObjectReading> {
  try {
    return { kind: "read", object: await http.send({ method: "GET", path }) };
  } catch (error) {
    if (isStatus(error, 404)) return { kind: "missing" };
    if (isStatus(error, 403)) return { kind: "forbidden" };
    throw error;
  }
}

export function namespacePath(namespace: string): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}`;
}

/** Whether a namespace may exist: an account that may not see namespaces has one that exists. */
export async function hasNamespace(http: HttpClient, namespace: string): Promise<boolean> {
  return (await readObject(http, namespacePath(namespace))).kind !== "missing";
}

/**
 * Whether a group of the API is there and answers; undefined where the account may not see that,
 * which Kubernetes lets every account by default.
 *
 * @throws where the cluster cannot be reached
 */
export async function servingOf(http: HttpClient, path: string): Promise<Serving | undefined> {
  try {
    return SERVING[(await readObject(http, path)).kind];
  } catch (error) {
    // The API server's own answer for a server behind it that it cannot reach.
    if (isStatus(error, 503)) return "silent";
    throw error;
  }
}

const SERVING = { read: "answers", missing: "missing", forbidden: undefined } as const;
