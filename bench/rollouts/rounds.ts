import type { HttpClient } from "../../infra/cluster/http.ts";
import type { WaitingState } from "../../local/cluster/kubelet.ts";
import { CRASHING, playKubelet, unpullable } from "../../local/cluster/kubelet.ts";
import { lastLines } from "../../commands/system/children.ts";
import type { Desk } from "../speed/peer.ts";
import { APP, declare, processesNow, up, WORKERS } from "./app.ts";
import { failureProblems, successProblems } from "./judge.ts";

/** What a lane of rounds works with. */
export interface Bench {
  readonly desk: Desk;
  readonly http: HttpClient;
}

/** One `pulumi up`, and what was not as promised. */
export interface Round {
  readonly what: string;
  readonly seconds: number;
  readonly status: number;
  readonly problems: readonly string[];
  /** The end of what was printed, where there are problems. */
  readonly output: string;
}

const IMAGE = "registry.example.com/app";
const WEB = 2;
const LINES_KEPT = 30;

/**
 * Images that cannot run. Every other one cannot be pulled, and stops at the worker, which comes
 * first; the others start as a worker, and crash as `web`.
 */
export async function failing(bench: Bench, index: number): Promise<Round[]> {
  const image = `${IMAGE}:failing-${index}`;
  const round =
    index % 2 === 0
      ? { what: "image cannot be pulled", selector: "", state: unpullable(image) }
      : { what: "web crashes", selector: "app.kubernetes.io/component=web", state: CRASHING };
  return [await failed(bench, { ...round, image })];
}

async function failed(
  { desk, http }: Bench,
  pods: {
    readonly what: string;
    readonly image: string;
    readonly selector: string;
    readonly state: WaitingState;
  },
): Promise<Round> {
  await declare(desk, pods.image, WEB);
  const over = new AbortController();
  const [ended] = await Promise.all([
    up(desk).finally(() => over.abort()),
    playKubelet(http, { ...pods, namespace: APP }, over.signal),
  ]);
  return roundOf(pods.what, ended, failureProblems(ended, pods.state.reason));
}

export async function good(bench: Bench, index: number): Promise<Round[]> {
  return [await succeeded(bench, "image runs", { image: `${IMAGE}:good-${index}`, web: WEB })];
}

export async function scaling(bench: Bench): Promise<Round[]> {
  const image = `${IMAGE}:scaled`;
  const upwards = await succeeded(bench, "web 1 → 4", { image, web: 4 });
  return [upwards, await succeeded(bench, "web 4 → 1", { image, web: 1 })];
}

/** Where rounds of scaling begin. */
export async function beforeScaling(bench: Bench): Promise<Round[]> {
  const state = { image: `${IMAGE}:scaled`, web: 1 };
  return [await succeeded(bench, "before scaling", state)];
}

async function succeeded(
  { desk, http }: Bench,
  what: string,
  { image, web }: { readonly image: string; readonly web: number },
): Promise<Round> {
  await declare(desk, image, web);
  const ended = await up(desk);
  const seen = await processesNow(http);
  const expected = { image, replicas: { web, worker: WORKERS } };
  return roundOf(what, ended, successProblems(ended, seen, expected));
}

function roundOf(
  what: string,
  { seconds, status, output }: { seconds: number; status: number; output: string },
  problems: readonly string[],
): Round {
  const kept = problems.length > 0 ? lastLines(output, LINES_KEPT) : "";
  return { what, seconds, status, problems, output: kept };
}
