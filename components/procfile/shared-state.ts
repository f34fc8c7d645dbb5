import type { Warning } from "../config/errors.ts";
import { maxReplicasOf } from "../manifest/scaling.ts";
import type { ProcessPlan } from "../plan/process-plan.ts";
import { WEB } from "../plan/process-plan.ts";
import type { FolderFiles } from "./app-files.ts";
import { isPython } from "./framework.ts";
import type { LocalState } from "./local-state.ts";
import { LOCAL_STATE, SESSIONS_IN_MEMORY, STORE } from "./local-state.ts";

/** What the stack says that matters here. */
interface Given {
  /** Names of all environment variables, plain and secret. */
  readonly names: ReadonlySet<string>;
  readonly writable: readonly string[];
}

/** How many of `web` run at most. */
interface Count {
  readonly replicas: number;
  /** Undefined where nobody knows how many processes a replica has: it counts as more than one. */
  readonly processes: number | undefined;
}

/**
 * What is known to break silently with more than one replica or worker of `web`, or in any pod.
 */
export function stateWarnings(
  processes: readonly ProcessPlan[],
  given: Given,
  { requirements = [] }: Pick<FolderFiles, "requirements">,
): Warning[] {
  const web = processes.find(({ type }) => type === WEB);
  const count = web && countOf(web);
  if (!web || !count || count.replicas === 0) return [];
  const rows = LOCAL_STATE.flatMap((row) => {
    // A package that is listed in two files is one package.
    const found = requirements.find(({ text }) => row.requirement.test(text));
    const isSolved = requirements.some(({ text }) => row.unless?.test(text) === true);
    return found && !isSolved ? [{ ...row, ...found }] : [];
  });
  const inOrder = requirements.flatMap((it) =>
    rows.filter(({ location, text }) => location === it.location && text === it.text),
  );
  return [
    ...keyWarnings(count, given.names),
    ...inOrder.flatMap((row) => warningsOf(row, count, given)),
    ...sessionWarnings(web, count),
  ];
}

function countOf({ scaling, workers, framework }: ProcessPlan): Count {
  const replicas = maxReplicasOf(scaling);
  // Servers of other languages have one process, unless somebody says more.
  const each = workers ?? (isPython(framework) ? undefined : 1);
  return { replicas, processes: each === undefined ? undefined : replicas * each };
}

function isSeveral({ processes }: Count): boolean {
  return processes === undefined || processes > 1;
}

function some({ processes }: Count): string {
  return processes === undefined
    ? "web may run as more than one process"
    : `web runs as ${processes} processes`;
}

function keyWarnings(count: Count, names: ReadonlySet<string>): Warning[] {
  const hasKey = [...names].some((name) => name.endsWith("SECRET_KEY"));
  if (hasKey || !isSeveral(count)) return [];
  const message = `${some(count)} and no variable ends in SECRET_KEY: if the app signs sessions with a key of its own making, what one has signed the others refuse, and users are logged out at random; set one key for all and use it in the app`;
  return [{ location: "dash-scale:secrets", message }];
}

function warningsOf(
  row: LocalState & { readonly location: string },
  count: Count,
  { names, writable }: Given,
): Warning[] {
  const isMore = row.from === "replicas" ? count.replicas > 1 : isSeveral(count);
  const isSolved = row.isSolvedByRedis && names.has(STORE);
  const subject = row.from === "replicas" ? `web runs as ${count.replicas} replicas` : some(count);
  const isLed = row.ledBy !== undefined && names.has(row.ledBy);
  const parts = [
    ...(row.always === undefined || isLed || writable.length > 0 ? [] : [row.always]),
    ...(isMore && !isSolved ? [`${subject}, and ${row.consequence}; ${row.remedy}`] : []),
  ];
  return parts.length === 0 ? [] : [{ location: row.location, message: parts.join(". ") }];
}

function sessionWarnings({ framework, scaling }: ProcessPlan, { replicas }: Count): Warning[] {
  const name = framework.kind === "other" ? framework.name : "";
  const source = SESSIONS_IN_MEMORY.get(name);
  if (source === undefined || replicas <= 1) return [];
  const key = scaling.kind === "auto" ? "max" : "replicas";
  const message = `web runs as ${replicas} replicas, and ${name} keeps each session in the memory of one: reloads, uploads and reconnects that reach another one lose the session; have the ingress or gateway keep a client on its replica (a cookie), or run one replica (${source})`;
  return [{ location: `dash-scale:scale.web.${key}`, message }];
}
