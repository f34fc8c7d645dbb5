import type { Call, Variables } from "./call.ts";
import { callsIn, callText } from "./call.ts";
import type { LineFinding } from "./line-finding.ts";
import type { Option } from "./option.ts";
import { lastGiven } from "./option.ts";
import { cannotWrite, isWritable } from "./writable.ts";

/** A program that writes beside the code while it runs. */
interface SelfWriting {
  readonly program: RegExp;
  /** Variables that lead what it writes elsewhere. */
  readonly ledBy: readonly string[];
  readonly what: string;
  readonly remedy: string;
  readonly source: string;
}

const PROGRAMS: readonly SelfWriting[] = [
  {
    program: /^reflex run\b(?!.*--backend-only)/,
    ledBy: ["REFLEX_WEB_WORKDIR"],
    what: "reflex run builds its pages below .web at each start",
    remedy:
      "have reflex export build them when the image is built, serve them by a server of files, and run reflex run --backend-only here",
    source: "https://reflex.dev/docs/hosting/self-hosting/",
  },
  {
    program: /^passenger start\b(?!.*--pid-file)/,
    ledBy: [],
    what: "Passenger writes its pid and its log below the app",
    remedy: "add --pid-file /tmp/passenger.pid --log-file /dev/stdout",
    source: "https://www.phusionpassenger.com/docs/references/config_reference/standalone/",
  },
  {
    program: /^php[\d.]* artisan (serve|octane:start)\b/,
    ledBy: ["VIEW_COMPILED_PATH", "LARAVEL_STORAGE_PATH"],
    what: "Laravel writes compiled views, its log, and sessions and caches of files below storage",
    remedy:
      "set VIEW_COMPILED_PATH: /tmp and LOG_CHANNEL: stderr in dash-scale:app.env, and keep sessions and caches in a database or in Redis",
    source: "https://laravel.com/docs/deployment#directory-permissions",
  },
];

/**
 * Programs of a line that write where the container cannot, whatever the line says.
 *
 * @param environment what the stack sets
 */
export function selfWritingWarnings(
  line: string,
  environment: Variables,
  writable: readonly string[],
): LineFinding[] {
  return callsIn(line).flatMap((call) => {
    const offset = call.words[0]?.start ?? 0;
    const variables = { ...environment, ...call.variables };
    const row = PROGRAMS.find(({ program }) => program.test(callText(call)));
    if (!row) return pidWarnings(call, variables, writable);
    const isLed = row.ledBy.some((name) => Object.hasOwn(variables, name));
    if (isLed || writable.length > 0) return [];
    const message = `${row.what}, beside the code, which is read-only in a pod, and fails where it cannot: ${row.remedy}, or name the folder in dash-scale:app.writable`;
    return [{ offset, message }];
  });
}

/** Play's options, to a script that sbt made; sbt itself runs Play without a file for its pid. */
const PLAY = /^-D(https?\.port|play\.)/;
const BUILDS = /^(sbt|activator|gradlew|mvnw)$/;
const PIDFILE: Option = { long: "-Dpidfile.path", aliases: ["-Dplay.server.pidfile.path"] };

/**
 * Play ends where it cannot write its pid.
 *
 * @see https://www.playframework.com/documentation/3.0.x/ProductionConfiguration#Changing-the-path-of-RUNNING_PID
 */
function pidWarnings(
  call: Call,
  { JAVA_OPTS: options = "" }: Variables,
  writable: readonly string[],
): LineFinding[] {
  const given = lastGiven(call.words, PIDFILE);
  if (given) {
    const { value, from } = given;
    const isLost = value !== undefined && !isWritable(value, writable);
    return isLost ? [{ offset: from, message: cannotWrite(value) }] : [];
  }
  if (!isPlay(call) || options.includes("pidfile.path") || writable.length > 0) return [];
  const message =
    "Play writes RUNNING_PID beside the code, which is read-only in a pod, and ends where it cannot; add -Dpidfile.path=/dev/null, unless its configuration says so";
  return [{ offset: call.words[0]?.start ?? 0, message }];
}

function isPlay({ program, words }: Call): boolean {
  const isScript = words[0]?.raw.includes("/") === true && !BUILDS.test(program);
  return isScript && words.some(({ raw }) => PLAY.test(raw));
}
