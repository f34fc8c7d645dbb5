import type { Problem } from "../../components/config/errors.ts";
import { throwIfAny } from "../../components/config/errors.ts";
import { Facts } from "./facts.ts";
import { setReplicas, setSize } from "./formation.ts";
import type { Source } from "./facts.ts";

const WORD = /^([A-Za-z0-9_-]+)=(\d{1,9})(?::([\w-]+))?$/;
const ROW = /^([A-Za-z0-9_-]+):\s+(\d{1,9})\s*$/;
const HEADING = /^(-{5}> Scaling for .*|proctype:\s+qty|-+:\s+-+)\s*$/;

/** Whether a text is one of those that count process types, mistakes in it apart. */
export function isScaleText(text: string): boolean {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines.some(
    (line) => ROW.test(line) || HEADING.test(line) || line.split(/\s+/).some((it) => WORD.test(it)),
  );
}

/**
 * Reads what `heroku ps:scale` and `dokku ps:scale` print, and a file `DOKKU_SCALE`.
 *
 * Sources: heroku/cli, src/commands/ps/scale.ts; dokku/dokku, plugins/ps/functions.go
 * (`scaleReport`, `parseProcessTuples`).
 *
 * @throws ConfigError with every word that is none of them
 */
export function readScaleText(text: string, shown: string): Source {
  const facts = new Facts();
  const problems: Problem[] = [];
  const formats = new Set<string>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (HEADING.test(line.trim()) || /^\s*(#|$)/.test(line)) continue;
    const [, type, quantity] = ROW.exec(line) ?? [];
    const words = type === undefined ? [...line.matchAll(/\S+/g)] : [];
    if (type !== undefined)
      setReplicas(facts, { type, at: `${shown}:${index + 1}:1` }, Number(quantity));
    for (const word of words) {
      const location = `${shown}:${index + 1}:${word.index + 1}`;
      if (!readWord(facts, word[0], location)) problems.push({ location, message: NO_WORD });
    }
    formats.add(formatOf(words.map(([word]) => word)));
  }
  throwIfAny(problems);
  const format = formats.has(HEROKU) ? HEROKU : [...formats].join(", ");
  return { format, shown, facts: facts.list, countsOthersAsNone: true };
}

const HEROKU = "heroku ps:scale";

/** What prints a line of these words. */
function formatOf(words: readonly string[]): string {
  if (words.length === 0) return "dokku ps:scale";
  return words.length > 1 || words[0]?.includes(":") === true ? HEROKU : "DOKKU_SCALE";
}

/** Whether a word is one of a formation. */
function readWord(facts: Facts, word: string, at: string): boolean {
  const [, type, count, size] = WORD.exec(word) ?? [];
  if (type === undefined) return false;
  setReplicas(facts, { type, at }, Number(count));
  if (size !== undefined) setSize(facts, { type, at }, size);
  return true;
}

const NO_WORD =
  "is not understood; expected TYPE=NUMBER or TYPE=NUMBER:SIZE, as heroku ps:scale prints it and DOKKU_SCALE has it, or TYPE: NUMBER, as dokku ps:scale prints it";
