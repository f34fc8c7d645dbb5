import { setTimeout as sleep } from "node:timers/promises";
import type { HttpClient } from "../cluster/http.ts";
import type { WatchedList } from "../cluster/watch.ts";
import { changesSince } from "../cluster/watch.ts";

/**
 * Says that something has changed, so that nobody has to wait until the next look.
 *
 * Only that: what it has become, a look finds out. Where an account may not watch, or something on
 * the way to the cluster lets no watch through, it never rings.
 */
export class Doorbell {
  readonly #http: HttpClient;
  /** Collections by their path, from the first watch on: one that has failed is not tried again. */
  readonly #watched = new Set<string>();
  #hasRung = false;
  #ring: (() => void) | undefined;

  constructor(http: HttpClient) {
    this.#http = http;
  }

  /** Rings from now on at each change of a collection. */
  watch(list: WatchedList): void {
    if (this.#watched.has(list.path)) return;
    this.#watched.add(list.path);
    void this.#follow(list);
  }

  /** Waits until it rings, but so many milliseconds at least and at most. */
  async pause(least: number, most: number): Promise<void> {
    const begun = performance.now();
    const over = new AbortController();
    const rung = new Promise<void>((resolve) => {
      this.#ring = resolve;
      if (this.#hasRung) resolve();
    });
    await Promise.race([rung, sleep(most, undefined, { signal: over.signal }).catch(() => {})]);
    over.abort();
    this.#ring = undefined;
    const left = least - (performance.now() - begun);
    if (left > 0) await sleep(left);
    // What has changed until here, the look that comes now sees.
    this.#hasRung = false;
  }

  async #follow(list: WatchedList): Promise<void> {
    try {
      for await (const _ of changesSince(this.#http, list)) {
        this.#hasRung = true;
        this.#ring?.();
      }
    } catch {
      // Looks go on without it.
    }
  }
}
