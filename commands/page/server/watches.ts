/** Notices that files have changed. */
import { watch } from "node:fs";

/** An editor writes a file in several steps. */
const SETTLE_MS = 50;

/** Folders of which each change leads to one look at the files in them, a moment later. */
export class Watches {
  readonly #look: () => void;
  readonly #signal: AbortSignal;
  readonly #watched = new Map<string, AbortController>();
  #settling = false;

  constructor(look: () => void, signal: AbortSignal) {
    this.#look = look;
    this.#signal = signal;
  }

  /**
   * Watches the folder of a file: who replaces the file leaves a watch on it with the old one.
   *
   * @throws Error where the folder cannot be watched
   */
  add(folder: string, name?: string): void {
    this.#watch(folder, name, this.#signal);
  }

  /** Watches these folders, and none of those that were here before. One may not be there. */
  replace(folders: readonly string[]): void {
    for (const [folder, ending] of this.#watched) {
      if (folders.includes(folder)) continue;
      ending.abort();
      this.#watched.delete(folder);
    }
    for (const folder of folders) {
      if (this.#watched.has(folder)) continue;
      const ending = new AbortController();
      try {
        this.#watch(folder, undefined, AbortSignal.any([ending.signal, this.#signal]));
        this.#watched.set(folder, ending);
      } catch {
        // What is wrong with the folder of a Procfile, the plan says.
      }
    }
  }

  #watch(folder: string, name: string | undefined, signal: AbortSignal): void {
    watch(folder, { signal }, (_, changed) => {
      if (name === undefined || changed === null || changed === name) this.#soon();
    }).on("error", () => undefined);
  }

  /** Where files change all the time, too: the clock is not put back. */
  #soon(): void {
    if (this.#settling) return;
    this.#settling = true;
    setTimeout(() => {
      this.#settling = false;
      if (!this.#signal.aborted) this.#look();
    }, SETTLE_MS);
  }
}
