import type { CheckedSettings } from "../config/app.ts";
import type { CheckedProcess } from "../config/processes.ts";
import type { CheckedScale } from "../config/scale.ts";
import { healthPlan } from "./health.ts";
import type { DeploymentPlan } from "../manifest/deployment.ts";
import type { FolderFiles } from "../procfile/app-files.ts";
import type { Variables } from "../procfile/call.ts";
import { scheduleVariables } from "../procfile/celery.ts";
import type { Framework } from "../procfile/framework.ts";
import { frameworkOf } from "../procfile/framework.ts";
import { containerCommand } from "../procfile/launcher.ts";
import type { PortPlan } from "../procfile/port.ts";
import { portPlan } from "../procfile/port.ts";
import type { ProcfileEntry } from "../procfile/procfile.ts";
import type { ServerSurroundings } from "../procfile/server.ts";
import { serverIn, serverSettings, withServerFlags } from "../procfile/server.ts";
import type { Server } from "../procfile/servers.ts";
import { mustBeSingleton } from "../procfile/singleton.ts";

/** One process type of an app at its scale: plain values, ready to be declared. */
export interface ProcessPlan extends DeploymentPlan {
  /** Worker processes of the server in each replica; undefined where that cannot be known. */
  readonly workers: number | undefined;
  /** Requests that each worker serves at once; undefined where that cannot be known. */
  readonly threads: number | undefined;
  /** Seconds that a request may take before the server ends it; 0: as long as it likes. */
  readonly requestTimeout: number;
  /** The port that it listens on; undefined where it gets no traffic. */
  readonly port: PortPlan | undefined;
  /** What serves requests; undefined where no known server does. */
  readonly server: Server | undefined;
  readonly framework: Framework;
}

/** The only process type that gets traffic. */
export const WEB = "web";
/** The port that a process type is asked to listen on where its command does not say one. */
export const DEFAULT_PORT = 8000;
/** Endpoints and proxies need a moment to hear that a pod ends; measured: with 5 s no request is lost. */
const WEB_PRE_STOP_SECONDS = 5;
/** For an unknown server: what gunicorn gives its requests. */
const GRACEFUL_TIMEOUT_SECONDS = 30;
const REQUEST_TIMEOUT_SECONDS = 30;
const SHUTDOWN_MARGIN_SECONDS = 10;

/** What the stack says of a process type, and what is known of the app. */
export interface ProcessContext {
  readonly scale: CheckedScale;
  readonly options: CheckedProcess;
  readonly settings: CheckedSettings;
  /** Names of all environment variables, plain and secret. */
  readonly variables: ReadonlySet<string>;
  /** What lies where the command runs. */
  readonly files: FolderFiles;
}

/** One Procfile line as the stack has it. */
export function processPlan(entry: ProcfileEntry, context: ProcessContext): ProcessPlan {
  const { scale, options, settings, files } = context;
  const { type } = entry;
  const { basePath } = settings.traffic;
  const line = withServerFlags(entry.command, scale);
  const framework = frameworkOf(entry.command, files);
  const around = surroundings(context, framework, type);
  const port = type === WEB ? portPlan(line, DEFAULT_PORT, around) : undefined;
  const server = serverSettings(line, around);
  // One that is not known here may be any: no proxy must be the first to give up.
  const requestTimeout = server ? (server.requestTimeout ?? 0) : REQUEST_TIMEOUT_SECONDS;
  const served = { port: port?.port, basePath, isDash: framework.kind === "dash", requestTimeout };
  return {
    app: settings.name,
    type,
    name: `${settings.name}-${type}`,
    scaling: scale.scaling,
    singleton: options.singleton ?? mustBeSingleton(entry),
    workers: server?.workers,
    // A server that serves any number at once is told by the stack how many it is to get.
    threads: server && (server.threads ?? scale.threads),
    requestTimeout,
    port,
    server: serverIn(line, around.mayBeDash)?.server,
    framework,
    progressDeadlineSeconds: settings.progressDeadline,
    pod: {
      command: containerCommand(settings.launcher, {
        name: entry.name,
        line,
        rewritten: line !== entry.command,
      }),
      env: environment(settings, line, port),
      spread: scale.spread,
      health: healthPlan(options.health, served),
      ports: port === undefined ? {} : { http: port.port },
      priorityClass: options.priorityClass,
      ...stopping(port !== undefined, options.gracePeriod, server?.gracefulTimeout),
      memory: scale.memory,
      cpu: scale.cpu,
      storage: scale.storage,
    },
  };
}

function stopping(
  isServed: boolean,
  gracePeriod: number | undefined,
  graceful = GRACEFUL_TIMEOUT_SECONDS,
): { readonly preStopSeconds: number; readonly gracePeriodSeconds: number } {
  const preStopSeconds = isServed ? WEB_PRE_STOP_SECONDS : 0;
  const seconds = gracePeriod ?? graceful + SHUTDOWN_MARGIN_SECONDS;
  return { preStopSeconds, gracePeriodSeconds: preStopSeconds + seconds };
}

function surroundings(
  { settings, variables, files }: ProcessContext,
  framework: Framework,
  type: string,
): ServerSurroundings {
  const hidden: Variables = Object.fromEntries([...variables].map((name) => [name, undefined]));
  return {
    variables: { ...hidden, ...settings.env },
    hasFile: files.hasGunicornFile,
    // A Python script that nothing is known of may well be one of Dash.
    mayBeDash: type === WEB && framework.kind !== "other",
  };
}

function environment(
  { env, traffic }: CheckedSettings,
  line: string,
  port: PortPlan | undefined,
): Record<string, string> {
  const own = env["GUNICORN_CMD_ARGS"];
  // Workers tell the master that they live by touching a file; on a disk under load that blocks them.
  // https://docs.gunicorn.org/en/stable/faq.html#how-do-i-avoid-gunicorn-excessively-blocking-in-os-fchmod
  const inMemory = "--worker-tmp-dir /dev/shm";
  const runsGunicorn = serverIn(line)?.server.name === "gunicorn";
  return {
    ...scheduleVariables(line),
    ...port?.variables,
    ...env,
    ...(traffic.basePath === "/" ? {} : { DASH_URL_BASE_PATHNAME: traffic.basePath }),
    ...(runsGunicorn
      ? { GUNICORN_CMD_ARGS: own === undefined ? inMemory : `${inMemory} ${own}` }
      : {}),
  };
}
