import { containerCommand } from "./manifest/command.ts";
import type { DeploymentPlan } from "./manifest/deployment.ts";
import type { Health } from "./manifest/health.ts";
import { gunicornSettings, withGunicornFlags } from "./manifest/gunicorn.ts";
import type { ProcfileEntry } from "./procfile.ts";
import type { CheckedProcess, HttpFallback } from "./process-settings.ts";
import { HEALTH_TIMEOUT } from "./process-settings.ts";
import type { CheckedScale } from "./scale.ts";
import type { CheckedSettings } from "./settings.ts";
import { mustBeSingleton } from "./singleton.ts";

/** One process type of an app at its scale: plain values, ready to be declared. */
export interface ProcessPlan extends DeploymentPlan {
  /** gunicorn workers in each replica; undefined where that cannot be known. */
  readonly workers: number | undefined;
  /** Threads in each worker; undefined where that cannot be known. */
  readonly threads: number | undefined;
}

/** The only process type that gets traffic. */
export const WEB = "web";
const WEB_PORT = 8000;
/** Endpoints and proxies need a moment to hear that a pod ends; measured: with 5 s no request is lost. */
const WEB_PRE_STOP_SECONDS = 5;
/** For what is not gunicorn: what gunicorn gives its requests. */
const GRACEFUL_TIMEOUT_SECONDS = 30;
const SPARE_SECONDS = 10;

/** One Procfile line at its scale. */
export function processPlan(
  entry: ProcfileEntry,
  scale: CheckedScale,
  options: CheckedProcess,
  settings: CheckedSettings,
): ProcessPlan {
  const { type } = entry;
  const line = withGunicornFlags(entry.command, scale);
  const server = gunicornSettings(line, settings.env);
  const preStopSeconds = type === WEB ? WEB_PRE_STOP_SECONDS : 0;
  const graceful = server?.gracefulTimeout ?? GRACEFUL_TIMEOUT_SECONDS;
  return {
    app: settings.name,
    type,
    name: `${settings.name}-${type}`,
    replicas: scale.replicas,
    singleton: options.singleton ?? mustBeSingleton(entry),
    workers: server?.workers,
    threads: server?.threads,
    progressDeadlineSeconds: settings.progressDeadline,
    pod: {
      command: containerCommand(settings.launcher, {
        name: entry.name,
        line,
        rewritten: line !== entry.command,
      }),
      env: environment(type, settings.env, server !== undefined),
      spread: scale.spread,
      health: options.health ?? defaultHealth(httpFallback(type, settings)),
      port: type === WEB ? WEB_PORT : undefined,
      preStopSeconds,
      gracePeriodSeconds: preStopSeconds + graceful + SPARE_SECONDS,
      memory: scale.memory,
      cpu: scale.cpu,
      storage: scale.storage,
    },
  };
}

/** Where a process type answers a health check by HTTP, if the stack does not say otherwise. */
export function httpFallback(type: string, { basePath }: CheckedSettings): HttpFallback {
  return { path: `${basePath}${HEALTH_PATH}`, port: type === WEB ? WEB_PORT : undefined };
}

function defaultHealth({ path, port }: HttpFallback): Health {
  return port === undefined
    ? { kind: "off" }
    : { kind: "http", path, port, timeout: HEALTH_TIMEOUT };
}

function environment(
  type: string,
  env: Readonly<Record<string, string>>,
  gunicorn: boolean,
): Record<string, string> {
  const own = env["GUNICORN_CMD_ARGS"];
  // Workers tell the master that they live by touching a file; on a disk under load that blocks them.
  // https://docs.gunicorn.org/en/stable/faq.html#how-do-i-avoid-gunicorn-excessively-blocking-in-os-fchmod
  const inMemory = "--worker-tmp-dir /dev/shm";
  return {
    ...env,
    ...(gunicorn ? { GUNICORN_CMD_ARGS: own === undefined ? inMemory : `${inMemory} ${own}` } : {}),
    ...(type === WEB ? { PORT: String(WEB_PORT) } : {}),
  };
}
