/** A word of a command, with its offsets in the line. */
export interface Word {
  /** As written, quotes and all. */
  readonly raw: string;
  /** What the shell makes of it; undefined where that depends on an expansion (`$PORT`). */
  readonly literal: string | undefined;
  /** Offsets into the line. */
  readonly start: number;
  readonly end: number;
}

/** What a line consists of. */
export type Token =
  | ({ readonly kind: "word" } & Word)
  | { readonly kind: "operator"; readonly operator: string; readonly start: number }
  | {
      readonly kind: "redirection";
      readonly operator: string;
      readonly start: number;
      /** Whether a word follows; what only bash knows has none and is right. */
      readonly hasTarget: boolean;
      readonly target: Word;
    };
