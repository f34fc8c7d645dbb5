import type { Unchecked } from "./check.ts";
import type { Problem, Warning } from "./errors.ts";
import { didYouMean, oneOf } from "./errors.ts";
import { containerCommand } from "./manifest/command.ts";
import type { DeploymentPlan } from "./manifest/deployment.ts";
import { gunicornSettings, runsGunicorn, withGunicornFlags } from "./manifest/gunicorn.ts";
import { parseShell, shellStaysParent } from "./manifest/shell.ts";
import type { Procfile, ProcfileEntry } from "./procfile.ts";
import { processType } from "./procfile.ts";
import type { CheckedScale } from "./scale.ts";
import { checkScale, DEFAULT_SCALE } from "./scale.ts";
import type { CheckedSettings } from "./settings.ts";

/** One process type of an app at its scale: plain values, ready to be declared. */
export interface ProcessPlan extends DeploymentPlan {
  /** gunicorn workers in each replica; undefined where that cannot be known. */
  readonly workers: number | undefined;
  /** Threads in each worker; undefined where that cannot be known. */
  readonly threads: number | undefined;
}

/** The formation of an app: which processes run, and how many replicas of each. */
export interface Formation {
  /** In the order of the Procfile. */
  readonly processes: readonly ProcessPlan[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
}

/** The only process type that gets traffic. */
const WEB = "web";
/** Runs once for each version instead of all the time. */
const RELEASE = "release";
const WEB_PORT = 8000;
/** Endpoints and proxies need a moment to hear that a pod ends; measured: with 5 s no request is lost. */
const WEB_PRE_STOP_SECONDS = 5;
/** For what is not gunicorn: what gunicorn gives its requests. */
const GRACEFUL_TIMEOUT_SECONDS = 30;
const SPARE_SECONDS = 10;
const LONGEST_NAME = 63;

/** The Procfile's process types, each at the scale that the stack gives it. */
export function formation(
  procfile: Procfile,
  scale: Unchecked,
  settings: CheckedSettings,
): Formation {
  const problems: Problem[] = [];
  const warnings: Warning[] = [];
  const entries = procfile.entries.filter(({ type }) => type !== RELEASE);
  const scales = scalesByType(procfile, scale, settings);

  const processes = entries.map((entry) => {
    const found = scales.get(entry.type);
    problems.push(...problemsOf(entry, settings));
    warnings.push(...warningsOf(entry, settings));
    if (found) refuseFlags(found, entry, settings);
    return processPlan(entry, found?.checked ?? DEFAULT_SCALE, settings);
  });
  for (const { place } of procfile.entries.filter(({ type }) => type === RELEASE)) {
    warnings.push({ place, message: "release is not run; only the other process types are" });
  }
  return { processes, problems, warnings };
}

interface FoundScale {
  readonly given: Unchecked;
  readonly checked: CheckedScale;
}

/** The scale of each process type, by its DNS label. The stack may use the Procfile's spelling too. */
function scalesByType(
  procfile: Procfile,
  scale: Unchecked,
  { maxReplicas }: CheckedSettings,
): Map<string, FoundScale> {
  const types = procfile.entries.map(({ type }) => type).filter((type) => type !== RELEASE);
  // A Procfile that was not read in full may well have what it seems to lack.
  const readInFull = procfile.problems.length === 0 && types.length > 0;
  const scales = new Map<string, FoundScale>();
  for (const [key, given] of scale.entries("{ web: 2 }")) {
    const type = processType(key);
    if (type === RELEASE) {
      given.problem("release is not scaled: it runs once for each version; leave it out");
      continue;
    }
    if (scales.has(type)) given.problem(`"${type}" is scaled twice; keep one of the two`);
    if (readInFull && !types.includes(type)) {
      const hint = didYouMean(key, types);
      given.problem(`the Procfile has no process type "${key}"; it has ${oneOf(types)}.${hint}`);
    }
    scales.set(type, { given, checked: checkScale(given, maxReplicas) });
  }
  return scales;
}

function problemsOf(entry: ProcfileEntry, { name, launcher }: CheckedSettings): Problem[] {
  const problems: Problem[] = [];
  const objectName = `${name}-${entry.type}`;
  if (objectName.length > LONGEST_NAME) {
    const message = `the object name "${objectName}" has ${objectName.length} characters, Kubernetes allows ${LONGEST_NAME}; shorten the process type or dash-scale:app.name`;
    problems.push({ place: entry.place, message });
  }
  const { unclosed } = parseShell(entry.command);
  if (launcher === "shell" && unclosed) {
    const place = shifted(entry.commandPlace, unclosed.offset);
    problems.push({
      place,
      message: `${unclosed.what} is never closed, so the shell would refuse the line; close it`,
    });
  }
  return problems;
}

function shifted(place: string, columns: number): string {
  const [, before = "", column = "1"] = /^(.*):(\d+)$/s.exec(place) ?? [];
  return `${before}:${Number(column) + columns}`;
}

function warningsOf(
  { command, commandPlace }: ProcfileEntry,
  { launcher }: CheckedSettings,
): Warning[] {
  if (launcher !== "shell" || !shellStaysParent(command)) return [];
  const message =
    "a compound line stays under its shell, which keeps SIGTERM for itself, so every stop takes the whole grace period; write exec before its last program";
  return [{ place: commandPlace, message }];
}

/** `workers` and `threads` are gunicorn's, and Herokuish runs the image's own Procfile. */
function refuseFlags(
  { given }: FoundScale,
  entry: ProcfileEntry,
  { launcher }: CheckedSettings,
): void {
  const set = [given.field("workers"), given.field("threads")].filter(({ absent }) => !absent);
  for (const field of set) {
    if (!runsGunicorn(entry.command)) {
      field.problem(
        `${entry.place} does not run gunicorn; scale "${entry.type}" by replicas, memory or cpu`,
      );
    } else if (launcher === "herokuish") {
      field.problem("launcher herokuish runs the Procfile in the image as it is; set it there");
    }
  }
}

function processPlan(
  entry: ProcfileEntry,
  scale: CheckedScale,
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
      port: type === WEB ? WEB_PORT : undefined,
      preStopSeconds,
      gracePeriodSeconds: preStopSeconds + graceful + SPARE_SECONDS,
      memory: scale.memory,
      cpu: scale.cpu,
      storage: scale.storage,
    },
  };
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
