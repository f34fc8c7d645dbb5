import type { AppFiles } from "./app-files.ts";
import type { Warning } from "../errors.ts";
import { mostReplicas } from "../manifest/scaling.ts";
import type { ProcessPlan } from "../process-plan.ts";
import { WEB } from "../process-plan.ts";

/** A Python package that keeps something where only one process, or one pod, sees it. */
interface KeepsToItself {
  readonly requirement: RegExp;
  /** What users see when there is more than one. */
  readonly consequence: string;
}

const STORE = "REDIS_URL";
const LOCAL_STATE: readonly KeepsToItself[] = [
  {
    // Dash docs, "Background Callbacks": DiskcacheManager.
    requirement: /^(dash\[[^\]]*diskcache[^\]]*\]|diskcache\b)/,
    consequence:
      "a background callback that one of them runs is unknown to the others: its result may never come",
  },
  {
    // Flask-Caching docs, "Built-in Cache Backends": SimpleCache and FileSystemCache.
    requirement: /^flask-caching\b/,
    consequence:
      "with its simple or file cache each has a cache of its own: users see old and new values in turn",
  },
  {
    // dash-extensions, enrich.py: Serverside() keeps data in files by default.
    requirement: /^dash-extensions\b/,
    consequence: "with its server-side outputs in files, callbacks miss the data of others",
  },
];

/**
 * What is known to break silently with more than one replica or worker of `web`.
 *
 * @param names the names of all environment variables, plain and secret
 */
export function stateWarnings(
  processes: readonly ProcessPlan[],
  names: ReadonlySet<string>,
  { requirements = [] }: Pick<AppFiles, "requirements">,
): Warning[] {
  const web = processes.find(({ type }) => type === WEB);
  const count = web ? mostReplicas(web.scaling) * (web.workers ?? 1) : 0;
  if (count <= 1) return [];
  const some = `web runs as ${count} processes`;
  const noKey = {
    place: "dash-scale:secrets",
    message: `${some} and no variable ends in SECRET_KEY: if the app signs sessions with a key of its own making, what one has signed the others refuse, and users are logged out at random; set one key for all and use it in the app`,
  };
  const unshared = requirements.flatMap(({ place, text }) =>
    LOCAL_STATE.filter(({ requirement }) => requirement.test(text)).map(({ consequence }) => ({
      place,
      message: `${some}, and ${consequence}; keep it in Redis, and set ${STORE}`,
    })),
  );
  return [
    ...([...names].some((name) => name.endsWith("SECRET_KEY")) ? [] : [noKey]),
    ...(names.has(STORE) ? [] : unshared),
  ];
}
