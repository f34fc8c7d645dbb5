/*
 * Cron expressions as Kubernetes reads them: five fields, or a name such as @hourly.
 *
 * Sources: robfig/cron v3, parser.go (ParseStandard); k8s.io/kubernetes,
 * pkg/apis/batch/validation/validation.go (validateScheduleFormat).
 */

/** One field of an expression. */
interface CronField {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Words for numbers, from `min` on. */
  readonly words: readonly string[];
}

const DAY = { name: "day of the month", min: 1, max: 31, words: [] };
const MONTH = {
  name: "month",
  min: 1,
  max: 12,
  words: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
};
const WEEKDAY = {
  name: "day of the week",
  min: 0,
  max: 6,
  words: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
};
const FIELDS: readonly CronField[] = [
  { name: "minute", min: 0, max: 59, words: [] },
  { name: "hour", min: 0, max: 23, words: [] },
  DAY,
  MONTH,
  WEEKDAY,
];

const MACROS = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];
/** The longest that each month can be. */
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** What is wrong with a cron expression; undefined where Kubernetes takes it and it comes due. */
export function cronMistake(text: string): string | undefined {
  const fields = text.trim().split(/\s+/);
  if (text.includes("TZ=")) return "a time zone is written into timezone, beside schedule";
  if (fields[0]?.startsWith("@") === true) {
    const isKnown = fields.length === 1 && MACROS.includes(fields[0]);
    return isKnown ? undefined : `it is none of ${MACROS.join(", ")}`;
  }
  if (fields.length !== FIELDS.length) return `it has ${fields.length} fields`;
  for (const [index, field] of FIELDS.entries()) {
    for (const part of (fields[index] ?? "").split(",")) {
      const mistake = mistakeIn(field, part);
      if (mistake !== undefined) return `the ${field.name} ${mistake}`;
    }
  }
  return neverComes(fields) ? "no year has such a date" : undefined;
}

const RANGE = /^(?:[*?]|(\w+)(?:-(\w+))?)(?:\/(\d{1,9}))?$/;

function mistakeIn(field: CronField, part: string): string | undefined {
  const [whole, first, last, step] = RANGE.exec(part) ?? [];
  if (whole === undefined) return part === "" ? "has a comma too many" : `"${part}" has no meaning`;
  if (step !== undefined && Number(step) === 0) return `"${part}" has a step of 0`;
  const given = [first, last].filter((it) => it !== undefined);
  const wrong = given.find((word) => !isWithin(field, numberOf(field, word)));
  if (wrong !== undefined) return outside(field, wrong);
  const [from = field.min, to = from] = given.map((word) => numberOf(field, word) ?? 0);
  return from > to ? `"${part}" ends before it begins` : undefined;
}

function isWithin({ min, max }: CronField, number: number | undefined): boolean {
  return number !== undefined && number >= min && number <= max;
}

function outside(field: CronField, word: string): string {
  const sunday = field === WEEKDAY && word === "7" ? ", where Sunday is 0" : "";
  return `"${word}" is not from ${field.min} to ${field.max}${sunday}`;
}

function numberOf({ min, words }: CronField, word: string): number | undefined {
  if (/^\d{1,9}$/.test(word)) return Number(word);
  const index = words.indexOf(word.toLowerCase());
  return index < 0 ? undefined : index + min;
}

/** `0 0 31 2 *`; beside a day of the week, the day of the month is only one of two. */
function neverComes([, , days = "", months = "", weekdays = ""]: readonly string[]): boolean {
  if (!/^[*?]/.test(weekdays)) return false;
  const first = Math.min(...numbersIn(DAY, days));
  return numbersIn(MONTH, months).every((month) => first > (DAYS[month - 1] ?? 0));
}

function numbersIn(field: CronField, text: string): number[] {
  return text.split(",").flatMap((part) => {
    const [, first, last, step = "1"] = RANGE.exec(part) ?? [];
    const from = first === undefined ? field.min : (numberOf(field, first) ?? field.min);
    // `5/10` goes on to the end of the field.
    const isOpen = first === undefined || (last === undefined && part.includes("/"));
    const to = isOpen ? field.max : (numberOf(field, last ?? first) ?? from);
    const count = Math.floor((to - from) / Number(step)) + 1;
    return Array.from({ length: count }, (_, index) => from + index * Number(step));
  });
}
