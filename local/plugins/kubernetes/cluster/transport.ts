/**
 * Requests whose failures have the official provider's words, which are those of Go's HTTP client.
 */
import { ApiError } from "../../../../infra/cluster/api-error.ts";
import { HttpClient } from "../../../../infra/cluster/http.ts";
import type { ClusterAccess } from "../../../../infra/cluster/kubeconfig.ts";

/** What a cluster is asked through. */
export type Transport = Pick<HttpClient, "send">;

/**
 * Requests to the API server until the engine cancels the provider. A cancellation also ends the
 * requests that are under way; whether the API server has carried them out is then unknown.
 *
 * Source: pulumi/pulumi-kubernetes, provider/pkg/provider/provider.go (`canceler.context`).
 */
export function connected(access: ClusterAccess, cancelled: AbortSignal): Transport {
  const http = new HttpClient(access, cancelled);
  return {
    send: async (call) => {
      try {
        return await http.send(call);
      } catch (error) {
        if (error instanceof ApiError) throw error;
        const why = cancelled.aborted ? "context canceled" : reasonOf(error);
        const verb = `${call.method.slice(0, 1)}${call.method.slice(1).toLowerCase()}`;
        throw new Error(`${verb} "${access.server}${call.path}": ${why}`, { cause: error });
      }
    },
  };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "ECONNREFUSED") return "connect: connection refused";
  return code === "ECONNRESET" ? "EOF" : error.message;
}
