import fc from "fast-check";
import type { Input, Verdict } from "./input.ts";
import type { Kind } from "./kinds.ts";
import { Watched } from "./watched.ts";

/** What a kind of inputs came to. */
export interface Outcome {
  readonly kind: string;
  readonly accepted: number;
  readonly refused: number;
  /** Accepted inputs, each of another plan: the same ones for the same seed. */
  readonly samples: readonly Input[];
  /** The smallest input that breaks the promise, if any does. */
  readonly broken: { readonly input: Input; readonly reason: string } | undefined;
}

export interface Run {
  readonly inputs: number;
  readonly seed: number;
  /** The most samples. */
  readonly samples: number;
}

/**
 * Judges inputs of a kind until one breaks the promise, which is then made as small as it can be.
 */
export async function fuzz(
  kind: Kind,
  { inputs, seed, samples }: Run,
  watched = new Watched(),
): Promise<Outcome> {
  const tally = new Tally(samples);
  const property = fc.asyncProperty(kind.inputs, async (input) => {
    const verdict = await watched.judge(input);
    if (verdict.outcome === "broken") throw new Error(verdict.reason);
    tally.add(input, verdict);
  });
  try {
    const details = await fc.check(property, { numRuns: inputs, seed, maxSkipsPerRun: 0 });
    const [input] = details.counterexample ?? [];
    const reason = details.errorInstance instanceof Error ? details.errorInstance.message : "";
    return { kind: kind.name, ...tally.result(), broken: input && { input, reason } };
  } finally {
    await watched.close();
  }
}

/**
 * Counts verdicts, and keeps of the plans those with the smallest digests: a fair choice that needs
 * no dice.
 */
class Tally {
  readonly #most: number;
  readonly #samples = new Map<string, Input>();
  #accepted = 0;
  #refused = 0;

  constructor(most: number) {
    this.#most = most;
  }

  add(input: Input, verdict: Exclude<Verdict, { outcome: "broken" }>): void {
    if (verdict.outcome === "refused") {
      this.#refused += 1;
      return;
    }
    this.#accepted += 1;
    if (this.#samples.has(verdict.plan)) return;
    this.#samples.set(verdict.plan, input);
    if (this.#samples.size > 2 * this.#most) this.#trim();
  }

  result() {
    this.#trim();
    const samples = [...this.#samples.values()];
    return { accepted: this.#accepted, refused: this.#refused, samples };
  }

  #trim(): void {
    for (const plan of [...this.#samples.keys()].sort().slice(this.#most))
      this.#samples.delete(plan);
  }
}
