import type { CheckedSettings } from "../config/app.ts";
import type { CheckedProcess } from "../config/processes.ts";
import { MAX_GRACE_SECONDS } from "../config/processes.ts";
import type { CheckedScale } from "../config/scale.ts";
import type { CheckedService } from "../config/services.ts";
import { environment } from "./environment.ts";
import { healthPlan } from "./health.ts";
import type { DeploymentPlan } from "../manifest/deployment.ts";
import type { PodPlan, SecretKey } from "../manifest/pod.ts";
import type { ReplicaScaling, ScheduledScaling, Scaling } from "../manifest/scaling.ts";
import type { SaidInCode } from "../procfile/script-code.ts";
import type { FolderFiles } from "../procfile/app-files.ts";
import type { Variables } from "../procfile/call.ts";
import type { Framework } from "../procfile/framework.ts";
import { frameworkOf } from "../procfile/framework.ts";
import { containerCommand } from "../procfile/launcher.ts";
import { metricsFolders } from "../procfile/metrics.ts";
import { OWN_SERVERS } from "../procfile/own-servers.ts";
import type { PortPlan } from "../procfile/port.ts";
import { portPlan } from "../procfile/port.ts";
import type { ProcfileEntry } from "../procfile/procfile.ts";
import type { ServerSettings, ServerSurroundings } from "../procfile/server.ts";
import { serverIn, serverSettings, withServerFlags } from "../procfile/server.ts";
import type { Server } from "../procfile/server-row.ts";
import { mustBeSingleton } from "../procfile/singleton.ts";
import { jobSeconds } from "../procfile/task-workers.ts";

/** One process type of an app at its scale: plain values, ready to be declared. */
export interface ProcessPlan extends Omit<DeploymentPlan, "scaling"> {
  readonly scaling: Scaling;
  /** Worker processes of the server in each replica; undefined where that cannot be known. */
  readonly workers: number | undefined;
  /** Requests that each worker serves at once; undefined where that cannot be known. */
  readonly threads: number | undefined;
  /** Whether an open stream leaves the server free for other requests; false where unknown. */
  readonly asynchronous: boolean;
  /** Seconds that a request may take before the server ends it; 0: as long as it likes. */
  readonly requestTimeout: number;
  /** Seconds that the server gives its requests after SIGTERM; undefined where that is not known. */
  readonly gracefulTimeout: number | undefined;
  /** The port that the process type listens on; undefined where it gets no requests. */
  readonly port: PortPlan | undefined;
  /** What serves requests; undefined where no known server does. */
  readonly server: Server | undefined;
  readonly framework: Framework;
}

/** A process type that always runs: a Deployment. */
export interface RunningPlan extends ProcessPlan {
  readonly scaling: ReplicaScaling;
}

/** A process type that runs by the clock: a CronJob. */
export interface ScheduledPlan extends ProcessPlan {
  readonly scaling: ScheduledScaling;
}

export function isScheduled(plan: ProcessPlan): plan is ScheduledPlan {
  return plan.scaling.kind === "scheduled";
}

export function isRunning(plan: ProcessPlan): plan is RunningPlan {
  return plan.scaling.kind !== "scheduled";
}

/** The process type that gets traffic from outside. */
export const WEB = "web";
/** The port that a process type is asked to listen on where its command does not say one. */
export const DEFAULT_PORT = 8000;
const DEFAULT_PORTS = new Map([[WEB, DEFAULT_PORT]]);
/**
 * Endpoints and proxies need a moment to hear that a pod ends; measured: with 5 s no request is
 * lost.
 */
const WEB_PRE_STOP_SECONDS = 5;
/** For an unknown server: what gunicorn gives its requests. */
const GRACEFUL_TIMEOUT_SECONDS = 30;
const REQUEST_TIMEOUT_SECONDS = 30;
const SHUTDOWN_MARGIN_SECONDS = 10;

/**
 * Whether a process type is reached inside the cluster by a Service of its own; the Service of
 * `web` is the app's.
 */
export function hasOwnService({ type, port }: Pick<ProcessPlan, "type" | "port">): boolean {
  return type !== WEB && port !== undefined;
}

/**
 * What the script of a process type serves with; undefined where the type runs none, or where nothing
 * says what the app is made with.
 */
export function knownServer({
  server,
  framework,
}: Pick<ProcessPlan, "server" | "framework">): Server | undefined {
  const isOwn = [...OWN_SERVERS.values()].some((it) => it === server);
  return isOwn && framework.kind !== "unknown" ? server : undefined;
}

/** What the stack says of a process type, and what is known of the app. */
export interface ProcessContext {
  readonly scale: CheckedScale;
  readonly options: CheckedProcess;
  readonly settings: CheckedSettings;
  /** Names of all environment variables, plain and secret. */
  readonly variables: ReadonlySet<string>;
  /** Those whose variables the process type has. */
  readonly services: readonly CheckedService[];
  /** What lies where the command runs. */
  readonly files: FolderFiles;
  /** Where the code of the script that the command runs has it listen, as far as that is here. */
  readonly inCode: SaidInCode | undefined;
}

/** One Procfile line as the stack has it. */
export function processPlan(entry: ProcfileEntry, context: ProcessContext): ProcessPlan {
  const { scale, options, settings, files } = context;
  const { type } = entry;
  const line = withServerFlags(entry.command, scale);
  const framework = frameworkOf(entry.command, files, settings.framework);
  const around = surroundings(context, framework, type);
  const asked = options.port ?? DEFAULT_PORTS.get(type);
  const port = asked === undefined ? undefined : portPlan(line, asked, around);
  const server = serverSettings(line, around);
  const env = environment({ line, port, workers: server?.workers }, context);
  const requestTimeout = requestTimeoutOf(server);
  // A page beside web, such as Flower's, is not a Dash app because web is one.
  const isDash = type === WEB && framework.kind === "dash";
  const served = { port: port?.port, basePath: settings.traffic.basePath, isDash, requestTimeout };
  return {
    app: settings.name,
    type,
    name: `${settings.name}-${type}`,
    scaling: scale.scaling,
    singleton: scale.scaling.kind === "scheduled" || (options.singleton ?? mustBeSingleton(entry)),
    ...concurrency(server, scale),
    requestTimeout,
    gracefulTimeout: server?.gracefulTimeout,
    port,
    server: serverIn(line, around.ownServer)?.server,
    framework,
    progressDeadlineSeconds: settings.progressDeadline,
    pod: {
      command: containerCommand(settings.launcher, {
        name: entry.name,
        line,
        rewritten: line !== entry.command,
      }),
      env,
      secretEnv: secretVariables(context.services),
      labels: settings.serviceAccount.podLabels,
      token: settings.serviceAccount.token,
      writable: [...settings.writable, ...metricsFolders(env)],
      user: settings.user,
      spread: scale.spread,
      health: healthPlan(options.health, served),
      priorityClass: options.priorityClass,
      ...servingPod(port, options.gracePeriod, server?.gracefulTimeout ?? jobSeconds(line)),
      memory: scale.memory,
      cpu: scale.cpu,
      storage: scale.storage,
    },
  };
}

function concurrency(
  server: ServerSettings | undefined,
  scale: CheckedScale,
): Pick<ProcessPlan, "workers" | "threads" | "asynchronous"> {
  if (!server) return { workers: undefined, threads: undefined, asynchronous: false };
  const { workers, asynchronous } = server;
  // For a server that serves any number of requests at once, the stack says how many a replica is
  // to get.
  return { workers, threads: server.threads ?? scale.threads, asynchronous };
}

/** One that cannot be known here may be any: no proxy must be the first to give up. */
function requestTimeoutOf(server: ServerSettings | undefined): number {
  return server ? (server.requestTimeout ?? 0) : REQUEST_TIMEOUT_SECONDS;
}

/** How a pod is reached, and how it ends. */
function servingPod(
  port: PortPlan | undefined,
  gracePeriod: number | undefined,
  graceful = GRACEFUL_TIMEOUT_SECONDS,
): Pick<PodPlan, "ports" | "preStopSeconds" | "gracePeriodSeconds"> {
  const seconds = gracePeriod ?? Math.min(graceful + SHUTDOWN_MARGIN_SECONDS, MAX_GRACE_SECONDS);
  if (port === undefined) return { ports: {}, preStopSeconds: 0, gracePeriodSeconds: seconds };
  return {
    ports: { http: port.port },
    preStopSeconds: WEB_PRE_STOP_SECONDS,
    gracePeriodSeconds: WEB_PRE_STOP_SECONDS + seconds,
  };
}

/** A Python script that nothing is known of may well be one of Dash. */
function ownServerOf(framework: Framework): Server | undefined {
  return OWN_SERVERS.get(framework.kind === "other" ? framework.name : "Dash");
}

/** Where the value of each variable of the services is. */
function secretVariables(services: readonly CheckedService[]): Readonly<Record<string, SecretKey>> {
  const variables = services.flatMap(({ secret, env }) =>
    Object.entries(env).map(([name, key]): [string, SecretKey] => [name, { secret, key }]),
  );
  return Object.fromEntries(variables);
}

function surroundings(
  { settings, options, variables, files, inCode }: ProcessContext,
  framework: Framework,
  type: string,
): ServerSurroundings {
  const hidden: Variables = Object.fromEntries([...variables].map((name) => [name, undefined]));
  return {
    variables: { ...hidden, ...settings.env },
    hasFile: files.hasGunicornFile,
    isPortSaid: options.port !== undefined,
    ownServer: type === WEB ? ownServerOf(framework) : undefined,
    inCode,
  };
}
