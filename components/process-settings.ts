import type { Unchecked } from "./check.ts";
import { LONGEST_TEXT } from "./check.ts";
import type { HealthWish } from "./health-plan.ts";

/** How one process type is checked for its health; `off` for not at all. */
export type HealthSettings =
  | "off"
  | {
      /**
       * Path that answers 200 only when the app is up.
       * @default a path of Dash's own, below `basePath`
       */
      readonly path?: string;
      /**
       * Port that answers.
       * @default 8000 for web
       */
      readonly port?: number;
      /**
       * Seconds that an answer may take before it counts as a failure.
       * @default half of the server's request timeout, at least 30; 60 where the server ends no request, or only after 10 minutes
       */
      readonly timeout?: number;
    }
  | {
      /** A command in the container that exits 0 when the process is well. */
      readonly exec: readonly string[];
      /**
       * Seconds that it may take.
       * @default 30
       */
      readonly timeout?: number;
    };

/** What is particular to one process type, apart from its scale: an entry of `dash-scale:processes`. */
export interface ProcessOptions {
  /**
   * How its health is checked.
   * @default by HTTP for web; the others not at all
   */
  readonly health?: HealthSettings;
  /**
   * Whether at most one replica may run, also during a rollout.
   * @default true for Celery's beat and the types beat, scheduler and clock
   */
  readonly singleton?: boolean;
  /**
   * Seconds that a replica gets to end after SIGTERM, before it is killed: as long as its longest task.
   * @default gunicorn's --graceful-timeout and 10; 40 for what is not gunicorn
   */
  readonly gracePeriod?: number;
}

/** {@link ProcessOptions} that were checked. */
export interface CheckedProcess {
  /** Undefined: as the process type has it. */
  readonly health: HealthWish | undefined;
  readonly singleton: boolean | undefined;
  readonly gracePeriod: number | undefined;
}

export const NO_PROCESS_OPTIONS: CheckedProcess = {
  health: undefined,
  singleton: undefined,
  gracePeriod: undefined,
};

/** A day. */
const LONGEST_GRACE = 86_400;
const EXAMPLE = "{ health: { path: /healthz } }";
const HEALTH_EXAMPLE = "{ path: /healthz, timeout: 30 }, or off";

/** Checks what is particular to one process type, which gets traffic on a port or does not. */
export function checkProcess(given: Unchecked, hasPort: boolean): CheckedProcess {
  const field = given.fields(["health", "singleton", "gracePeriod"], EXAMPLE);
  return {
    health: checkHealth(field("health"), hasPort),
    singleton: field("singleton").flag(),
    gracePeriod: field("gracePeriod").wholeNumber({ from: 1, to: LONGEST_GRACE }),
  };
}

function checkHealth(given: Unchecked, hasPort: boolean): HealthWish | undefined {
  if (given.absent) return undefined;
  // YAML 1.1 makes false of off.
  if (given.value === "off" || given.value === false) return { kind: "off" };
  const field = given.fields(["path", "port", "timeout", "exec"], HEALTH_EXAMPLE);
  const timeout = field("timeout").wholeNumber({ from: 1, to: 600 });
  if (!field("exec").absent) return checkExec(given, timeout);
  const port = field("port").wholeNumber({ from: 1, to: 65_535 });
  const path = field("path").text(/^\/[^\s#]*$/, "a path that begins with /, such as /healthz");
  if (!hasPort && field("port").absent) {
    return given.problem(
      "needs a port, since the process type gets no traffic; or use exec: [COMMAND]",
    );
  }
  if (!hasPort && field("path").absent) {
    return given.problem("needs a path that answers 200 when all is well, such as /healthz");
  }
  return { kind: "http", path, port, timeout };
}

function checkExec(given: Unchecked, timeout: number | undefined): HealthWish | undefined {
  for (const key of ["path", "port"]) {
    if (!given.field(key).absent)
      given.field(key).problem("is for HTTP; keep it or exec, not both");
  }
  const example = "a list of words, such as [celery, -A, app, inspect, ping]";
  const command = given
    .field("exec")
    .list(example, (word) => word.text(/./, "a word of the command"));
  if (command?.length === 0) return given.field("exec").refuse(example);
  if (Buffer.byteLength(command?.join("") ?? "") > LONGEST_TEXT)
    return given.field("exec").problem(`is too long; put it into a script`);
  return command && { kind: "exec", command, timeout };
}
