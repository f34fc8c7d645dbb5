import type { Workload } from "../../components/rollout.ts";
import { messageOf } from "../../components/config/errors.ts";
import type { Lasting, Sighting } from "./verdict.ts";
import { failureOf, isImage, progressOf } from "./verdict.ts";
import type { WorkloadStatus } from "./workload-status.ts";

/**
 * What a controller said before anybody looked may be over: a quota was raised, replicas were taken
 * away. It gets a moment to see.
 */
const STALE_MS = 8_000;

/** One workload that is followed, and what was seen of it so far. */
export class Rollout {
  readonly workload: Workload;
  readonly ended: Promise<void>;
  /** How far it has come, for people; empty at first. */
  line = "";
  readonly #begun = performance.now();
  readonly #settle: { readonly resolve: () => void; readonly reject: (error: unknown) => void };
  #counts = "";
  /** What the controller said when it had first seen the change that is followed. */
  #first: Pick<WorkloadStatus, "failure" | "refusal"> | undefined;
  /** When each of these was first seen, without a break since; in milliseconds. */
  #since: { progress: number; image?: number; refusal?: number; outage?: number };

  constructor(workload: Workload) {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    this.workload = workload;
    this.ended = promise;
    this.#settle = { resolve: () => resolve(undefined), reject };
    this.#since = { progress: this.#begun };
  }

  get ageMs(): number {
    return performance.now() - this.#begun;
  }

  /** How long the cluster has not answered. */
  get outageMs(): number {
    const { outage } = this.#since;
    return outage === undefined ? 0 : performance.now() - outage;
  }

  /** Takes down what was seen, and gives the reason where that is the end. */
  see(seen: Sighting): string | undefined {
    const sighting = { ...seen, status: this.#fresh(seen.status) };
    this.line = progressOf(this.workload, sighting);
    return failureOf(this.workload, sighting, this.#lasting(sighting));
  }

  /** Whether nothing that the controller has said of the change was seen yet. */
  get isNew(): boolean {
    return this.#first === undefined;
  }

  /** Without what the controller said before, and may not have looked at again. */
  #fresh(status: WorkloadStatus): WorkloadStatus {
    if (!status.observed) return status;
    const { failure, refusal } = (this.#first ??= status);
    if (this.ageMs > STALE_MS) return status;
    return {
      ...status,
      failure: status.failure === failure ? undefined : status.failure,
      refusal: status.refusal === refusal ? undefined : status.refusal,
    };
  }

  /**
   * The cluster has not answered. Nobody knows what happens meanwhile, so the time does not count.
   */
  outage(error: unknown): void {
    const now = performance.now();
    this.line = `${this.workload.type}: the cluster does not answer (${messageOf(error)})`;
    this.#since = { progress: now, outage: this.#since.outage ?? now };
  }

  end(error?: unknown): void {
    if (error === undefined) this.#settle.resolve();
    else this.#settle.reject(error);
  }

  #lasting({ status, troubles }: Sighting): Lasting {
    const now = performance.now();
    const { updated, available, total, desired } = status;
    const counts = [updated, available, total, desired].join(" ");
    const before = this.#since;
    const progress = counts === this.#counts ? before.progress : now;
    this.#counts = counts;
    const image = troubles.some(isImage) ? (before.image ?? now) : undefined;
    const refusal = status.refusal === undefined ? undefined : (before.refusal ?? now);
    this.#since = {
      progress,
      ...(image === undefined ? {} : { image }),
      ...(refusal === undefined ? {} : { refusal }),
    };
    const seconds = (since: number | undefined) => (since === undefined ? 0 : (now - since) / 1000);
    return {
      withoutProgress: seconds(progress),
      withoutImage: seconds(image),
      refused: seconds(refusal),
    };
  }
}
