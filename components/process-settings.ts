import type { Unchecked } from "./check.ts";
import type { Health } from "./manifest/health.ts";

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
       * @default 30
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
}

/** {@link ProcessOptions} that were checked. */
export interface CheckedProcess {
  /** Undefined: as the process type has it. */
  readonly health: Health | undefined;
  readonly singleton: boolean | undefined;
}

export const NO_PROCESS_OPTIONS: CheckedProcess = { health: undefined, singleton: undefined };

const EXAMPLE = "{ health: { path: /healthz } }";
const HEALTH_EXAMPLE = "{ path: /healthz, timeout: 30 }, or off";

/** Checks what is particular to one process type. `fallback` fills in what its HTTP check does not say. */
export function checkProcess(given: Unchecked, fallback: HttpFallback): CheckedProcess {
  const field = given.fields(["health", "singleton"], EXAMPLE);
  return { health: checkHealth(field("health"), fallback), singleton: field("singleton").flag() };
}

/** Where a process type answers by HTTP, if nothing else is said; no port for one that gets no traffic. */
export interface HttpFallback {
  readonly path: string;
  readonly port: number | undefined;
}

/** Seconds: longer than gunicorn lets a sync worker take by default. */
export const HEALTH_TIMEOUT = 30;

function checkHealth(given: Unchecked, fallback: HttpFallback): Health | undefined {
  if (given.absent) return undefined;
  // YAML 1.1 readers, such as Pulumi's, may make false of off.
  if (given.value === "off" || given.value === false) return { kind: "off" };
  const field = given.fields(["path", "port", "timeout", "exec"], HEALTH_EXAMPLE);
  const timeout = field("timeout").wholeNumber({ from: 1, to: 600 }) ?? HEALTH_TIMEOUT;
  if (!field("exec").absent) return checkExec(given, timeout);
  const port = field("port").wholeNumber({ from: 1, to: 65_535 }) ?? fallback.port;
  const path = field("path").text(/^\/[^\s#]*$/, "a path that begins with /, such as /healthz");
  if (port === undefined) {
    return given.problem(
      "needs a port, since the process type gets no traffic; or use exec: [COMMAND]",
    );
  }
  return { kind: "http", path: path ?? fallback.path, port, timeout };
}

function checkExec(given: Unchecked, timeout: number): Health | undefined {
  for (const key of ["path", "port"]) {
    if (!given.field(key).absent)
      given.field(key).problem("is for HTTP; keep it or exec, not both");
  }
  const { value } = given.field("exec");
  const command = Array.isArray(value) ? value.filter((word) => typeof word === "string") : [];
  if (command.length === 0 || !Array.isArray(value) || command.length < value.length) {
    return given.field("exec").refuse("a list of words, such as [celery, -A, app, inspect, ping]");
  }
  return { kind: "exec", command, timeout };
}
