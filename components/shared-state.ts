import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Warning } from "./errors.ts";
import type { ProcessPlan } from "./process-plan.ts";
import { WEB } from "./process-plan.ts";
import type { ProcfileSource } from "./procfile.ts";

/** A Python package that keeps something where only one process, or one pod, sees it. */
interface KeepsToItself {
  /** As a requirement names it, in lower case with dashes. */
  readonly requirement: RegExp;
  /** What users see when there is more than one. */
  readonly consequence: string;
}

const BROKER = "REDIS_URL";
const LOCAL_STATE: readonly KeepsToItself[] = [
  {
    // Dash docs, "Background Callbacks": DiskcacheManager is for one machine.
    requirement: /^(dash\[.*diskcache.*\]|diskcache)\b/,
    consequence:
      "a background callback that one replica runs is unknown to the others: its progress bar stands still and its result never comes",
  },
  {
    // Flask-Caching docs, "Built-in Cache Backends": SimpleCache and FileSystemCache.
    requirement: /^flask-caching\b/,
    consequence:
      "with its simple or file cache each worker or pod has a cache of its own: users see old and new values in turn",
  },
];

/**
 * What is known to break silently with more than one replica or worker.
 *
 * @param names the names of all environment variables, plain and secret
 */
export function stateWarnings(
  processes: readonly ProcessPlan[],
  names: ReadonlySet<string>,
  procfile: ProcfileSource | undefined,
): Warning[] {
  const web = processes.find(({ type }) => type === WEB);
  if (!web || web.replicas * (web.workers ?? 1) <= 1) return [];
  const count = `web runs ${web.replicas} × ${web.workers ?? 1} processes`;
  const keyWarning = {
    place: "dash-scale:secrets",
    message: `${count} without a shared secret key: what one has signed the others refuse, so users are logged out at random; set a secret whose name ends in SECRET_KEY, and use it in the app`,
  };
  return [
    ...([...names].some((name) => name.endsWith("SECRET_KEY")) ? [] : [keyWarning]),
    ...(names.has(BROKER) ? [] : requirementWarnings(procfile, count)),
  ];
}

function requirementWarnings(procfile: ProcfileSource | undefined, count: string): Warning[] {
  return requirements(procfile).flatMap(({ place, requirement }) =>
    LOCAL_STATE.filter((it) => it.requirement.test(requirement)).map(({ consequence }) => ({
      place,
      message: `${count}, and ${consequence}; use Redis and set ${BROKER}`,
    })),
  );
}

/** The requirements beside a Procfile, none where there is no such file. */
function requirements(
  procfile: ProcfileSource | undefined,
): { readonly place: string; readonly requirement: string }[] {
  if (typeof procfile !== "string") return [];
  const file = join(dirname(procfile), "requirements.txt");
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split(/\r?\n/)
    .map((line, index) => ({
      place: `requirements.txt:${index + 1}:1`,
      requirement: line.trim().toLowerCase().replaceAll(/[._]/g, "-"),
    }));
}
