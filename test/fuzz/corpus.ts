import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Input, Verdict } from "./input.ts";

const FOLDER = join(import.meta.dirname, "corpus");

/** A text as it is kept: as it is, or as pieces of which some come many times over. */
type KeptText = string | readonly (string | { readonly repeat: string; readonly times: number })[];

type Kept<T> = T extends { readonly text: string } ? Omit<T, "text"> & { text: KeptText } : T;

/** An input that is tried in every run, since something was wrong with it once or easily is. */
interface CorpusFile {
  readonly why: string;
  /** Left out where only the promise counts: a plan, or an error with a place. */
  readonly expected?: "accepted" | readonly string[];
  readonly input: Kept<Input>;
}

/** A case of the corpus. */
export interface CorpusCase {
  readonly name: string;
  readonly why: string;
  readonly input: Input;
  readonly expected: CorpusFile["expected"];
}

export function corpus(): CorpusCase[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(".json"))
    .map((name) => {
      const { why, input, expected }: CorpusFile = JSON.parse(
        readFileSync(join(FOLDER, name), "utf8"),
      );
      return { name: name.replace(/\.json$/, ""), why, expected, input: unpacked(input) };
    });
}

/** What is wrong with a verdict on a case; undefined where nothing is. */
export function disagreement({ expected }: CorpusCase, verdict: Verdict): string | undefined {
  if (verdict.outcome === "broken") return verdict.reason;
  if (expected === undefined) return undefined;
  const found = verdict.outcome === "refused" ? verdict.locations : verdict.outcome;
  return JSON.stringify(found) === JSON.stringify(expected)
    ? undefined
    : `expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`;
}

/** Keeps an input that has broken the promise, and gives the file's path. */
export function keep(input: Input, why: string): string {
  const text = `${JSON.stringify({ why, input }, undefined, 2)}\n`;
  const name = `found-${createHash("sha256").update(text).digest("hex").slice(0, 10)}.json`;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, name), text);
  return join(FOLDER, name);
}

function unpacked(input: Kept<Input>): Input {
  return "text" in input ? { ...input, text: textOf(input.text) } : input;
}

function textOf(kept: KeptText): string {
  if (typeof kept === "string") return kept;
  return kept
    .map((piece) => (typeof piece === "string" ? piece : piece.repeat.repeat(piece.times)))
    .join("");
}
