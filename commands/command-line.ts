import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import { didYouMean } from "../components/errors.ts";

/** A command line that is not understood. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}

/**
 * Reads flags and words.
 *
 * @throws UsageError where there is no such flag, with the one that was likely meant
 */
export function parsedFlags<const Flags extends ParseArgsOptionsConfig>(
  args: readonly string[],
  flags: Flags,
) {
  try {
    return parseArgs({ args: [...args], options: flags, allowPositionals: true });
  } catch (error) {
    const long = Object.keys(flags).map((flag) => `--${flag}`);
    const short = Object.values(flags).flatMap((flag) => (flag.short ? [`-${flag.short}`] : []));
    const unknown = args
      .map((word) => word.replace(/=.*$/s, ""))
      .find((word) => word.startsWith("-") && ![...long, ...short].includes(word));
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(
      unknown === undefined ? reason : `there is no flag ${unknown}.${didYouMean(unknown, long)}`,
    );
  }
}

/** A command as it reached us. */
export interface Call {
  /** `npm run scale`. */
  readonly command: string;
  /** What is no flag. */
  readonly words: readonly string[];
  /** Where npm puts a flag when the `--` before it was forgotten. */
  readonly env: NodeJS.ProcessEnv;
}

/** Flags that are followed by something. */
const WITH_VALUE = new Set(["stack", "stack-file"]);

/**
 * `npm run scale web=4 --dry-run` gives the flag to npm, which keeps it to itself: it would be no dry run.
 *
 * @param given flag -> what has reached us of it
 * @param isChange whether a word is none that npm has left of a flag's value
 */
export function refuseSwallowed(
  given: Readonly<Record<string, string | boolean | undefined>>,
  { command, words, env }: Call,
  isChange: (word: string) => boolean = () => false,
): void {
  for (const [flag, value] of Object.entries(given)) {
    const swallowed = env[`npm_config_${flag.replaceAll("-", "_")}`] ?? "";
    if ((value ?? false) !== false || swallowed === "" || swallowed === "false") continue;
    // npm leaves the value of a flag that it does not know among the words.
    const name = swallowed === "true" ? words.find((word) => !isChange(word)) : swallowed;
    const meant = WITH_VALUE.has(flag)
      ? [...words.filter((word) => word !== name), `--${flag}`, name ?? "NAME"]
      : [...words, `--${flag}`];
    throw new UsageError(
      `npm has taken --${flag} for a flag of its own. Put -- before it: ${command} -- ${meant.join(" ")}`,
    );
  }
}
