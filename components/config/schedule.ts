import type { Schedule } from "../manifest/scaling.ts";
import { cronMistake } from "./cron.ts";
import { preview } from "./errors.ts";
import type { Relation } from "./field.ts";
import { checkFields, text, refined, wholeNumber } from "./field.ts";
import { SCHEDULE } from "./formats.ts";
import { TIMEZONE } from "./timezone.ts";
import type { ConfigValue } from "./value.ts";

const EXPECTED = "a cron expression of five fields, or a name, such as 0 3 * * * or @hourly";
/** A run that hangs keeps the next ones from starting, so there is always an end. */
const DAY_SECONDS = 86_400;

/** What a process type has that runs by the clock: keys of an entry of `dash-scale:processes`. */
export const SCHEDULE_FIELDS = {
  schedule: refined(
    text({
      help: "Cron expression of when the process type runs: as a CronJob, once each time and one run at a time, instead of all the time. Not for `web` and `release`.",
      otherwise: "none: the process type always runs",
      pattern: SCHEDULE,
      expected: EXPECTED,
      example: "0 3 * * *",
    }),
    (schedule, value) => {
      const mistake = schedule === undefined ? undefined : cronMistake(schedule);
      if (mistake !== undefined)
        value.problem(`got ${preview(schedule)}: ${mistake}; expected ${EXPECTED}`);
      return schedule;
    },
  ),
  timezone: { ...TIMEZONE, help: "With `schedule`: a time zone of the IANA database." },
  timeout: wholeNumber({
    help: "With `schedule`: seconds after which a run is ended.",
    default: DAY_SECONDS,
    from: 1,
    to: 7 * DAY_SECONDS,
    example: 3600,
  }),
};

/** Of a process type that always runs, each with what is so without it. */
const NOT_SCHEDULED = {
  port: "nothing reaches a run",
  health: "a run ends by itself, and is not restarted",
  singleton: "there is one run at a time anyway",
};

export const SCHEDULE_RELATIONS: readonly Relation[] = [
  ...["timezone", "timeout"].map((key) => ({
    kind: "needs" as const,
    key,
    oneOf: ["schedule"],
  })),
  ...Object.keys(NOT_SCHEDULED).map((other) => ({
    kind: "excludes" as const,
    key: "schedule",
    other,
  })),
];

/** Checks when a process type runs; undefined where it always does. */
export function checkSchedule(entry: ConfigValue, isServed: boolean): Schedule | undefined {
  const { schedule, timezone, timeout: timeoutSeconds } = checkFields(SCHEDULE_FIELDS, entry);
  const given = entry.field("schedule");
  if (given.absent) {
    for (const key of ["timezone", "timeout"])
      if (!entry.field(key).absent)
        entry.field(key).problem("is for a schedule, which is missing; add it, or leave this out");
    return undefined;
  }
  if (isServed)
    return given.problem("is not for web, which has to answer at any time; leave it out");
  for (const [key, why] of Object.entries(NOT_SCHEDULED))
    if (!entry.field(key).absent)
      entry.field(key).problem(`does not go with schedule: ${why}; leave one of the two out`);
  // One that is wrong has its problem already; what else is wrong is found all the same.
  return { schedule: schedule ?? "", timezone, timeoutSeconds };
}
