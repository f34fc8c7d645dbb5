/** How many requests the proxy has, by HAProxy's own exporter. */
import { messageOf } from "../../components/config/errors.ts";
import { PROXY_REPLICAS } from "../../components/manifest/proxy.ts";
import { PROXY_PORTS, REQUESTS_METRIC } from "../../components/manifest/proxy-config.ts";
import { ApiError } from "../../infra/cluster/api-error.ts";
import type { HttpClient } from "../../infra/cluster/http.ts";

/** A network policy that keeps the API server from a pod answers nothing. */
const TIMEOUT_MS = 3_000;

/**
 * Requests that the proxy has, served and waiting; a text says why that is not known, and an empty
 * one that nobody asks.
 *
 * The API server hands the question on to the pods. One replica of the proxy alone has the requests:
 * the most that any has counts, as for the autoscaler.
 *
 * Source: Kubernetes API reference, "Pod v1 core", proxy operations.
 */
export async function readRequests(
  http: HttpClient,
  { namespace, proxy }: { readonly namespace: string; readonly proxy?: string | undefined },
): Promise<number | string> {
  if (proxy === undefined) return "";
  const answers = await Promise.all(
    Array.from({ length: PROXY_REPLICAS }, (_, replica) => {
      const pod = `${proxy}-${replica}:${PROXY_PORTS.metrics}`;
      const path = `/api/v1/namespaces/${namespace}/pods/${pod}/proxy/metrics`;
      return http
        .text({ method: "GET", path, query: { scope: "backend" } }, TIMEOUT_MS)
        .then(requestsIn, reasonOf);
    }),
  );
  const counts = answers.filter((it) => typeof it === "number");
  return counts.length > 0 ? Math.max(...counts) : (answers[0] ?? "");
}

/** What the exporter says, in the text format of Prometheus. */
export function requestsIn(page: string): number | string {
  const line = page.split("\n").find((it) => it.startsWith(`${REQUESTS_METRIC} `));
  const count = Number(line?.slice(REQUESTS_METRIC.length).trim().split(" ")[0] ?? "none");
  return Number.isFinite(count) ? count : "the proxy's exporter does not count them";
}

function reasonOf(error: unknown): string {
  if (error instanceof ApiError) return error.message;
  return `the proxy's exporter gave no answer within ${TIMEOUT_MS / 1000} s, as where a network policy keeps the API server out (${messageOf(error)})`;
}
