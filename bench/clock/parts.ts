/** The seconds of a change in scale, part by part, from what was seen of it and when. */

/** An event of Pulumi's engine, and when its log had it. */
export interface EngineEvent {
  /** Milliseconds, as all times here, of one clock. */
  readonly at: number;
  /** Such as `preludeEvent`. */
  readonly kind: string;
  /** Type of the resource that the event is about; empty: none. */
  readonly type: string;
}

/** When what happened in the cluster. */
export interface DeploymentMarks {
  /** The Deployment asks for the new number of replicas. */
  readonly asked: number;
  /** So many are ready. */
  readonly ready: number;
  /** So many are available: ready for `minReadySeconds`. */
  readonly available: number;
}

/** All that was seen of one change. */
export interface Seen extends DeploymentMarks {
  readonly begin: number;
  readonly end: number;
  /** Of Pulumi alone. */
  readonly engine?: { readonly started: number; readonly events: readonly EngineEvent[] };
}

/** The parts of a change, in their order; not every way to make a change has each. */
export const PARTS = {
  command: "`dash-scale scale`, until Pulumi starts",
  start: "Pulumi's start",
  preview: "the preview",
  host: "language host and SDK",
  program: "this program: load, plan",
  preflight: "this program: preflight",
  provider: "the provider's start, other objects",
  patch: "the Deployment's change",
  asked: "until the Deployment is changed",
  pods: "pods, until all are ready",
  minReady: "`minReadySeconds`",
  noticed: "until that is noticed",
  end: "Pulumi's end",
} as const;

export type Part = keyof typeof PARTS;
export type Parts = Readonly<Partial<Record<Part, number>>>;

/**
 * The seconds of each part.
 *
 * @throws Error where a mark is missing: then nothing was measured
 */
export function partsOf(seen: Seen): Parts {
  const { begin, asked, ready, available, end, engine } = seen;
  if (!engine) return between(begin, [["asked", asked], ...inCluster(seen), ["noticed", end]]);
  const { started, events } = engine;
  const [first, update = first] = events.filter(({ kind }) => kind === "preludeEvent");
  if (!first || !update) throw new Error("Pulumi has not said that it began");
  const ofUpdate = events.filter(({ at }) => at >= update.at);
  const mark = (kind: string, type = "") => {
    const found = ofUpdate.find((it) => it.kind === kind && it.type === type);
    if (!found) throw new Error(`there was no ${kind} ${type}`);
    return found.at;
  };
  return between(begin, [
    ["command", started],
    ["start", first.at],
    ["preview", update.at],
    ["host", mark("resourcePreEvent", "pulumi:pulumi:Stack")],
    // The first that the preflight does is to ask for the stack's outputs.
    ["program", mark("resourcePreEvent", "pulumi:providers:pulumi")],
    ["preflight", mark("resourcePreEvent", "dash-scale:index:App")],
    ["provider", mark("resourcePreEvent", "kubernetes:apps/v1:Deployment")],
    ["patch", asked],
    ...inCluster({ asked, ready, available }),
    ["noticed", mark("summaryEvent")],
    ["end", end],
  ]);
}

/** The seconds of all parts. */
export function totalOf(parts: Parts): number {
  return Object.values(parts).reduce((sum, part) => sum + part, 0);
}

type Mark = readonly [Part, number];

function inCluster({ ready, available }: DeploymentMarks): Mark[] {
  return [
    ["pods", ready],
    ["minReady", available],
  ];
}

/** Each part goes from the mark before to its own; one that takes nothing is not there. */
function between(begin: number, marks: readonly Mark[]): Parts {
  let before = begin;
  const parts: Partial<Record<Part, number>> = {};
  for (const [part, at] of marks) {
    if (at < before) throw new Error(`${part} has ended before it began`);
    if (at > before) parts[part] = (at - before) / 1000;
    before = at;
  }
  return parts;
}
