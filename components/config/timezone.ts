import type { ConfigValue } from "./value.ts";
import { refined, text } from "./field.ts";
import { TIMEZONE as PATTERN } from "./formats.ts";

const EXPECTED = "a time zone of the IANA database";
const EXAMPLE = "Europe/Berlin";
const DEFAULT = "Etc/UTC";

/** The key of a time zone, wherever something goes by the clock. */
export const TIMEZONE = refined(
  text({
    help: "A time zone of the IANA database.",
    default: DEFAULT,
    pattern: PATTERN,
    expected: EXPECTED,
    example: EXAMPLE,
  }),
  checkTimezone,
);

function checkTimezone(name: string, value: ConfigValue): string {
  // The first question for a time zone takes Node.js 10 ms, and most stacks name none.
  if (name === DEFAULT) return name;
  const spelling = spellingOf(name);
  if (spelling === undefined) value.mismatch(`${EXPECTED}, such as ${EXAMPLE}`);
  // KEDA and Kubernetes look the name up as it is written.
  else if (spelling !== name && spelling.toLowerCase() === name.toLowerCase())
    value.problem(`got ${name}; write ${spelling}`);
  return name;
}

/**
 * A time zone as it is spelled, or another one that it is a name of; undefined where there is none.
 */
function spellingOf(name: string): string | undefined {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}
