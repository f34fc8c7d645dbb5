import { describe, expect, test } from "vitest";
import { cronMistake } from "../../components/config/cron.ts";

// Each of these was handed to robfig/cron v3.0.1 (ParseStandard), which Kubernetes reads them with.
describe("a cron expression that Kubernetes takes", () => {
  test.each([
    "0 3 * * *",
    " 0  3 * * * ",
    "*/5 0-23/2 ? * ?",
    "5/15 * * * *",
    "0,30 8,12-18 1,15 jan-MAR,12 Sun-sat/2",
    "0 0 29 2 *",
    "0 0 31 4 1",
    "@yearly",
    "@annually",
    "@monthly",
    "@weekly",
    "@daily",
    "@midnight",
    "@hourly",
  ])("%s", (text) => {
    expect(cronMistake(text)).toBeUndefined();
  });
});

describe("a cron expression that it refuses, or that never comes due", () => {
  test.each([
    ["0 3 * *", "it has 4 fields"],
    ["0 0 3 * * *", "it has 6 fields"],
    ["60 * * * *", 'the minute "60" is not from 0 to 59'],
    ["0 24 * * *", 'the hour "24" is not from 0 to 23'],
    ["0 0 0 * *", 'the day of the month "0" is not from 1 to 31'],
    ["0 0 * 13 *", 'the month "13" is not from 1 to 12'],
    ["0 0 * * 7", 'the day of the week "7" is not from 0 to 6, where Sunday is 0'],
    ["0 0 * * sunday", 'the day of the week "sunday" is not from 0 to 6'],
    ["0 0 * sun *", 'the month "sun" is not from 1 to 12'],
    ["30-10 * * * *", 'the minute "30-10" ends before it begins'],
    ["*/0 * * * *", 'the minute "*/0" has a step of 0'],
    ["1-2-3 * * * *", 'the minute "1-2-3" has no meaning'],
    ["-1 * * * *", 'the minute "-1" has no meaning'],
    ["1/x * * * *", 'the minute "1/x" has no meaning'],
    ["@every 1h", expect.stringContaining("it is none of @yearly")],
    ["@Daily", expect.stringContaining("it is none of @yearly")],
    ["TZ=UTC 0 3 * * *", "a time zone is written into timezone, beside schedule"],
    ["CRON_TZ=UTC 0 3 * * *", "a time zone is written into timezone, beside schedule"],
    ["0 0 30 2 *", "no year has such a date"],
    ["0 0 31 2,4-6/2,9,nov *", "no year has such a date"],
    ["0 0 30/1 2 *", "no year has such a date"],
  ])("%s", (text, mistake) => {
    expect(cronMistake(text)).toEqual(mistake);
  });
  // Kubernetes takes them, and reads something else than what stands there.
  test.each(["1,,2 * * * *", ", * * * *", "*-5 * * * *", "+5 * * * *"])("%s", (text) => {
    expect(cronMistake(text)).toBeDefined();
  });
});
