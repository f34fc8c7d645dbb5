/** One thing that somebody may hand to the program. */
export type Input =
  | { readonly kind: "procfile"; readonly text: string }
  | { readonly kind: "stack"; readonly text: string }
  /** Values of a stack as the engine hands them over: full key -> text, maps as JSON. */
  | { readonly kind: "config"; readonly values: Readonly<Record<string, string>> }
  /** A stack file, and words of `dash-scale scale`. */
  | { readonly kind: "scale"; readonly text: string; readonly words: readonly string[] }
  | { readonly kind: "image"; readonly text: string }
  | {
      readonly kind: "quantity";
      readonly field: "memory" | "cpu" | "storage";
      readonly text: string;
    };

/** What the program made of an input. */
export type Verdict =
  | {
      readonly outcome: "accepted";
      /** The same for inputs that come to the same plan. */
      readonly plan: string;
    }
  | { readonly outcome: "refused"; readonly locations: readonly string[] }
  /** The promise is broken: an error without a place, a crash, a hang, half of a file. */
  | { readonly outcome: "broken"; readonly reason: string };
