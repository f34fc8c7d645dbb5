import type { Problem } from "../../components/config/errors.ts";
import { listOr } from "../../components/config/errors.ts";
import { dynoMemory } from "./dynos.ts";

/** A value as it will stand in the stack file. */
export type Value = number | string;

/** What one word of the command line asks for. */
export type ScaleEdit =
  | {
      readonly kind: "set";
      readonly word: string;
      readonly type: string;
      /**
       * By field of the scale: `replicas`, `memory`, …; unknown ones too, which the program's own
       * check refuses.
       */
      readonly fields: Readonly<Record<string, Value>>;
    }
  | {
      readonly kind: "more";
      readonly word: string;
      readonly type: string;
      /** Replicas to add; negative to take away. */
      readonly by: number;
    };

/** What all words ask for, and those that are not understood. */
export interface ScaleEdits {
  readonly edits: readonly ScaleEdit[];
  readonly problems: readonly Problem[];
}

const SET = /^([\w-]+)(?:\.([\w-]+))?=(.*)$/s;
/** `worker-1` is one less of `worker`, and `worker-1-1` one less of `worker-1`. */
const MORE = /^([\w-]+)(?:\.replicas)?([+-])(\d+)$/;
const FORMS = "write TYPE=N, TYPE+N, TYPE-N, TYPE=N:MEMORY or TYPE.FIELD=VALUE, such as web=4";

/**
 * Reads the words of a command line. Values are not judged here: the program's own check does that.
 */
export function readWords(words: readonly string[]): ScaleEdits {
  const edits: ScaleEdit[] = [];
  const problems: Problem[] = [];
  for (const word of words) {
    const edit = readWord(word);
    if (edit) edits.push(edit);
    else
      problems.push({ location: word === "" ? '""' : word, message: `is not a change; ${FORMS}` });
  }
  return { edits, problems: [...problems, ...twice(edits)] };
}

function readWord(word: string): ScaleEdit | undefined {
  const [, set, field, value] = SET.exec(word) ?? [];
  if (set !== undefined && value !== undefined) {
    const fields = field === undefined ? replicasAndMemory(value) : { [field]: valueOf(value) };
    return { kind: "set", word, type: set, fields };
  }
  const [, type, sign, count] = MORE.exec(word) ?? [];
  if (type === undefined) return undefined;
  return { kind: "more", word, type, by: sign === "-" ? -Number(count) : Number(count) };
}

/** `2:1Gi`, and `2:Standard-2X` as `heroku ps:scale` prints what runs. */
function replicasAndMemory(text: string): Record<string, Value> {
  const colon = text.indexOf(":");
  if (colon < 0) return { replicas: valueOf(text) };
  const size = text.slice(colon + 1);
  return { replicas: valueOf(text.slice(0, colon)), memory: dynoMemory(size) ?? valueOf(size) };
}

/**
 * Numbers as everybody writes them are numbers; `0x4`, `1e3` and ` 4` stay text, for the check to
 * judge.
 */
function valueOf(text: string): Value {
  if (/^-?\d{1,15}$/.test(text)) return Number.parseInt(text, 10) + 0;
  return /^\d+\.\d+$/.test(text) && String(Number(text)) === text ? Number(text) : text;
}

/** Two edits of one field contradict each other, whatever they say. */
function twice(edits: readonly ScaleEdit[]): Problem[] {
  const asked = new Map<string, string>();
  return edits.flatMap((edit) => {
    const fields = edit.kind === "more" ? ["replicas"] : Object.keys(edit.fields);
    return fields.flatMap((field) => {
      const what = `${edit.type.toLowerCase().replaceAll("_", "-")}.${field}`;
      const earlier = asked.get(what);
      asked.set(what, edit.word);
      if (earlier === undefined) return [];
      const message = `${listOr([earlier])} is for the ${field} of "${edit.type}" too; keep one of the two`;
      return [{ location: edit.word, message }];
    });
  });
}
