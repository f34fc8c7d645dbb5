import type { Requirement } from "./packages.ts";

/** Packages that share their counts between the workers of a server by files in a folder. */
const PACKAGES =
  /^(prometheus-client|prometheus-flask-exporter|prometheus-fastapi-instrumentator|starlette-exporter|starlette-prometheus|django-prometheus)(?![a-z0-9-])/;
const VARIABLE = "PROMETHEUS_MULTIPROC_DIR";
/** A folder of its own: every `*.db` in there is taken for one of counts. */
const FOLDER = "/tmp/prometheus";

/**
 * Variables that lead the counts of several workers to a folder that can be written. Without one,
 * each scrape shows those of another worker.
 *
 * Source: https://prometheus.github.io/client_python/multiprocess/
 */
export function metricsVariables(
  requirements: readonly Requirement[] = [],
  workers: number | undefined,
): Record<string, string> {
  const isShared = workers === undefined || workers > 1;
  const isUsed = requirements.some(({ text }) => PACKAGES.test(text));
  return isShared && isUsed ? { [VARIABLE]: FOLDER } : {};
}

/** Folders that have to be there for what {@link metricsVariables} says. */
export function metricsFolders(env: Readonly<Record<string, string>>): string[] {
  return env[VARIABLE] === FOLDER ? [FOLDER] : [];
}
