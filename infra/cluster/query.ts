/**
 * Asks a cluster something that the program can do without: it takes bounded time, and never fails.
 */
import { messageOf } from "../../components/config/errors.ts";
import { HttpClient } from "./http.ts";
import { getPath } from "./json.ts";
import type { ClusterAccess, ClusterSettings } from "./kubeconfig.ts";
import { loadKubeconfig, requireCredentials } from "./kubeconfig.ts";

/** Milliseconds that an answer may take, credentials included. */
const TIME_LIMIT_MS = 10_000;
/** Longer where an exec plugin has to get the credentials, which may ask somebody. */
const EXEC_TIME_LIMIT_MS = 120_000;
const MAX_REASON_LENGTH = 300;

/** What a cluster has answered, or why it has not. */
export type Answer<Found> =
  | { readonly found: Found; readonly reason?: never }
  | { readonly found?: never; readonly reason: string };

/** Which cluster, and how long it may take. */
export interface ClusterQuery {
  readonly settings: ClusterSettings;
  /** @default 10000; 120000 where an exec plugin gets the credentials */
  readonly timeLimit?: number;
}

export async function queryCluster<Found>(
  { settings, timeLimit }: ClusterQuery,
  question: (http: HttpClient, access: ClusterAccess) => Promise<Found>,
): Promise<Answer<Found>> {
  if (settings.notYet !== undefined) return { reason: settings.notYet };
  try {
    const access = await loadKubeconfig(settings).catch((error: unknown) => {
      throw new Error(`no usable kubeconfig: ${messageOf(error)}`, { cause: error });
    });
    if (settings.kubeconfig === undefined) requireCredentials(access);
    const usual = getPath(access.user.value, "exec") ? EXEC_TIME_LIMIT_MS : TIME_LIMIT_MS;
    const found = await within(timeLimit ?? usual, (ended) =>
      question(new HttpClient(access, ended), access),
    );
    return { found };
  } catch (error) {
    return { reason: publicReason(error, settings) };
  }
}

/**
 * Ends what takes longer: a server may accept a connection and never answer, an exec plugin may
 * wait for a person.
 */
export async function within<Found>(
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

/** Why a cluster did not answer: on one line, without what is secret. */
export function publicReason(
  error: unknown,
  { kubeconfig, kubeconfigIsSecret }: ClusterSettings,
): string {
  const message = messageOf(error);
  const isShown = kubeconfigIsSecret !== true || kubeconfig === undefined;
  const shown = isShown ? message : message.replaceAll(kubeconfig, "[secret]");
  return shown.replaceAll(/\s+/g, " ").trim().slice(0, MAX_REASON_LENGTH);
}
