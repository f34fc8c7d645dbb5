/** One verb of `dash-scale`. */
export interface Verb {
  /** What `--help` prints. */
  readonly usage: string;
  /**
   * Exit status of a command line that is not understood.
   * @default 2
   */
  readonly usageStatus?: number;
  /**
   * Does the work.
   *
   * @param args what follows the verb on the command line
   * @returns the exit status
   */
  readonly run: (args: readonly string[]) => Promise<number>;
}

/** Several verbs under one name. */
export interface VerbGroup {
  /** One sentence on all of them. */
  readonly about: string;
  /** By name, in the order in which they are listed. */
  readonly verbs: Readonly<Record<string, VerbEntry>>;
}

/** A verb as it is listed; the rest is loaded when somebody asks for it. */
export interface VerbEntry {
  readonly summary: string;
  readonly load: () => Promise<Verb | VerbGroup>;
}
