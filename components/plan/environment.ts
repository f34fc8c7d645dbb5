import type { CheckedSettings } from "../config/app.ts";
import type { FolderFiles } from "../procfile/app-files.ts";
import { scheduleVariables } from "../procfile/celery.ts";
import { metricsVariables } from "../procfile/metrics.ts";
import { lastGiven } from "../procfile/option.ts";
import type { PortPlan } from "../procfile/port.ts";
import { serverIn } from "../procfile/server.ts";

/**
 * Workers show the master that they are alive by touching a file; on a disk under load that blocks
 * them.
 */
// https://docs.gunicorn.org/en/stable/faq.html#how-do-i-avoid-gunicorn-excessively-blocking-in-os-fchmod
const IN_MEMORY = "--worker-tmp-dir /dev/shm";

/** What is known of a process type before its variables are. */
interface Started {
  readonly line: string;
  readonly port: PortPlan | undefined;
  /** Worker processes of its server; undefined where that cannot be known. */
  readonly workers: number | undefined;
}

/** What the stack says, and what lies beside the Procfile. */
interface Given {
  readonly settings: CheckedSettings;
  /** Names of all environment variables, plain and secret. */
  readonly variables: ReadonlySet<string>;
  readonly files: FolderFiles;
}

/**
 * The plain variables of a process type: what makes known programs work here, unless the stack says
 * otherwise.
 */
export function environment(
  started: Started,
  { settings, variables, files }: Given,
): Record<string, string> {
  const { line, port } = started;
  const { env, traffic } = settings;
  const isServing = port !== undefined;
  const helping = {
    ...scheduleVariables(line),
    ...originVariables(line, traffic.exposure?.host),
    ...(isServing ? serverIn(line)?.server.helping : {}),
    ...(isServing ? metricsVariables(files.requirements, started.workers) : {}),
    ...port?.variables,
  };
  // A variable of the container would win over one of the Secret.
  const open = Object.entries(helping).filter(([name]) => !variables.has(name));
  const own = env["GUNICORN_CMD_ARGS"];
  const runsGunicorn = serverIn(line)?.server.name === "gunicorn";
  return {
    ...Object.fromEntries(open),
    ...env,
    ...(traffic.basePath === "/" ? {} : { DASH_URL_BASE_PATHNAME: traffic.basePath }),
    ...(runsGunicorn
      ? { GUNICORN_CMD_ARGS: own === undefined ? IN_MEMORY : `${IN_MEMORY} ${own}` }
      : {}),
  };
}

/** Servers that take WebSockets only from pages of a host that they know. */
function originVariables(line: string, host: string | undefined): Record<string, string> {
  const found = serverIn(line);
  const origin = found?.server.origin;
  if (!origin || host === undefined || lastGiven(found.words, origin.option)) return {};
  return { [origin.variable]: host };
}
