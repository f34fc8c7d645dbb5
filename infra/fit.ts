import type { Capacity } from "../components/fit/capacity.ts";
import type { Findings } from "../components/fit/findings.ts";
import { fit } from "../components/fit/fit.ts";
import { wantedOf } from "../components/fit/wanted.ts";
import type { AppPlan } from "../components/plan.ts";
import { readCapacity } from "./cluster/capacity.ts";
import { HttpClient } from "./cluster/http.ts";
import type { ClusterSettings } from "./cluster/kubeconfig.ts";
import { loadKubeconfig } from "./cluster/kubeconfig.ts";
import { clusterSettings } from "./config.ts";

/** Milliseconds that looking at the cluster may take, all in all. */
const TIME_LIMIT_MS = 10_000;
const LONGEST_REASON = 300;

/**
 * Whether the cluster has room for an app. It never fails and changes nothing: where the cluster cannot be asked, that is a
 * warning.
 *
 * @param settings which cluster; by default that of the stack that runs
 * @param timeLimit milliseconds that it may take
 */
export async function fitOf(
  plan: AppPlan,
  settings: ClusterSettings = clusterSettings(),
  timeLimit: number = TIME_LIMIT_MS,
): Promise<Findings> {
  try {
    const capacity = await within(timeLimit, (ended) =>
      capacityOf(settings, plan.settings.namespace, ended),
    );
    return fit(wantedOf(plan), capacity);
  } catch (error) {
    const reason = reasonOf(error, settings);
    const message = `${reason}, so whether it fits is not known`;
    return { problems: [], warnings: [{ place: "kubernetes:context", message }], notes: [] };
  }
}

async function capacityOf(
  settings: ClusterSettings,
  namespace: string,
  ended: AbortSignal,
): Promise<Capacity> {
  const config = await loadKubeconfig(settings).catch((error: unknown) => {
    throw new Error(`there is no usable kubeconfig: ${messageOf(error)}`, { cause: error });
  });
  return readCapacity(new HttpClient(config, ended), namespace);
}

/** Ends what takes longer: a server may accept a connection and never answer, a credential helper may wait for someone. */
async function within<Found>(
  milliseconds: number,
  work: (ended: AbortSignal) => Promise<Found>,
): Promise<Found> {
  const ending = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`the cluster did not answer within ${milliseconds / 1000} s`);
    timer = setTimeout(() => reject(error), milliseconds);
  });
  try {
    return await Promise.race([work(ending.signal), late]);
  } finally {
    clearTimeout(timer);
    ending.abort();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** On one line, without what is secret. */
function reasonOf(error: unknown, { kubeconfig, kubeconfigIsSecret }: ClusterSettings): string {
  const message = messageOf(error);
  const isShown = kubeconfigIsSecret !== true || kubeconfig === undefined;
  const shown = isShown ? message : message.replaceAll(kubeconfig, "[secret]");
  return shown.replaceAll(/\s+/g, " ").trim().slice(0, LONGEST_REASON);
}
