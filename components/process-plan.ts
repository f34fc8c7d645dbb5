import { healthPlan } from "./health-plan.ts";
import { containerCommand } from "./procfile/launcher.ts";
import type { DeploymentPlan } from "./manifest/deployment.ts";
import { gunicornSettings, withGunicornFlags } from "./procfile/gunicorn.ts";
import type { ProcfileEntry } from "./procfile/procfile.ts";
import type { CheckedProcess } from "./process-settings.ts";
import type { CheckedScale } from "./scale.ts";
import type { CheckedSettings } from "./settings.ts";
import { mustBeSingleton } from "./procfile/singleton.ts";

/** One process type of an app at its scale: plain values, ready to be declared. */
export interface ProcessPlan extends DeploymentPlan {
  /** gunicorn workers in each replica; undefined where that cannot be known. */
  readonly workers: number | undefined;
  /** Threads in each worker; undefined where that cannot be known. */
  readonly threads: number | undefined;
  /** Seconds that a request may take before gunicorn ends its worker; 0: as long as it likes. */
  readonly requestTimeout: number;
}

/** The only process type that gets traffic. */
export const WEB = "web";
export const WEB_PORT = 8000;
/** Endpoints and proxies need a moment to hear that a pod ends; measured: with 5 s no request is lost. */
const WEB_PRE_STOP_SECONDS = 5;
/** For what is not gunicorn: what gunicorn gives its requests. */
const GRACEFUL_TIMEOUT_SECONDS = 30;
const REQUEST_TIMEOUT_SECONDS = 30;
const SPARE_SECONDS = 10;

/** What the stack says of a process type, and what is known of the app. */
export interface ProcessContext {
  readonly scale: CheckedScale;
  readonly options: CheckedProcess;
  readonly settings: CheckedSettings;
  /** Names of all environment variables, plain and secret. */
  readonly variables: ReadonlySet<string>;
  readonly otherThanDash: boolean;
  /** Whether gunicorn finds a configuration file of the app. */
  readonly hasGunicornFile: boolean;
}

/** One Procfile line as the stack has it. */
export function processPlan(entry: ProcfileEntry, context: ProcessContext): ProcessPlan {
  const { scale, options, settings, variables, otherThanDash, hasGunicornFile } = context;
  const { type } = entry;
  const port = type === WEB ? WEB_PORT : undefined;
  const { basePath } = settings.traffic;
  const line = withGunicornFlags(entry.command, scale);
  const hidden = Object.fromEntries([...variables].map((name) => [name, undefined]));
  const server = gunicornSettings(line, {
    variables: { ...hidden, ...settings.env },
    hasFile: hasGunicornFile,
  });
  // One that is not known here may be any: no proxy must be the first to give up.
  const requestTimeout = server ? (server.requestTimeout ?? 0) : REQUEST_TIMEOUT_SECONDS;
  const preStopSeconds = port === undefined ? 0 : WEB_PRE_STOP_SECONDS;
  const graceful = server?.gracefulTimeout ?? GRACEFUL_TIMEOUT_SECONDS;
  return {
    app: settings.name,
    type,
    name: `${settings.name}-${type}`,
    scaling: scale.scaling,
    singleton: options.singleton ?? mustBeSingleton(entry),
    workers: server?.workers,
    threads: server?.threads,
    requestTimeout,
    progressDeadlineSeconds: settings.progressDeadline,
    pod: {
      command: containerCommand(settings.launcher, {
        name: entry.name,
        line,
        rewritten: line !== entry.command,
      }),
      env: environment(settings, { port, gunicorn: server !== undefined }),
      spread: scale.spread,
      health: healthPlan(options.health, { port, basePath, otherThanDash, requestTimeout }),
      ports: port === undefined ? {} : { http: port },
      preStopSeconds,
      gracePeriodSeconds: preStopSeconds + (options.gracePeriod ?? graceful + SPARE_SECONDS),
      memory: scale.memory,
      cpu: scale.cpu,
      storage: scale.storage,
    },
  };
}

function environment(
  { env, traffic }: CheckedSettings,
  { port, gunicorn }: { port: number | undefined; gunicorn: boolean },
): Record<string, string> {
  const own = env["GUNICORN_CMD_ARGS"];
  // Workers tell the master that they live by touching a file; on a disk under load that blocks them.
  // https://docs.gunicorn.org/en/stable/faq.html#how-do-i-avoid-gunicorn-excessively-blocking-in-os-fchmod
  const inMemory = "--worker-tmp-dir /dev/shm";
  return {
    ...env,
    ...(traffic.basePath === "/" ? {} : { DASH_URL_BASE_PATHNAME: traffic.basePath }),
    ...(gunicorn ? { GUNICORN_CMD_ARGS: own === undefined ? inMemory : `${inMemory} ${own}` } : {}),
    ...(port === undefined ? {} : { PORT: String(port) }),
  };
}
