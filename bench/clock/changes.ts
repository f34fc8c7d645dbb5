import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { LaneCluster } from "../lane-cluster.ts";
import { formationOf } from "../speed/formation.ts";
import { ran } from "../speed/measure.ts";
import type { Desk } from "../speed/peer.ts";
import { WatchedDeployment } from "./deployment.ts";
import { EventLog } from "./event-log.ts";
import { partsOf, totalOf, type Parts } from "./parts.ts";
import { WAYS, type Way } from "./ways.ts";

/** One change of one process type from 2 to 4 replicas. */
export interface Change {
  readonly types: number;
  readonly way: string;
  readonly round: number;
  readonly parts: Parts;
}

interface Setting {
  readonly cluster: LaneCluster;
  readonly programs: Readonly<Record<string, string>>;
  /** Where each way gets a folder. */
  readonly folder: string;
  readonly types: number;
}

/** A way to make the change, and the app that it is made to. */
interface Entrant {
  readonly way: Way;
  readonly desk: Desk;
  readonly deployment: WatchedDeployment;
}

const [BEFORE, AFTER] = [2, 4];

/** Every round has each way once. */
export async function changesOf(setting: Setting, rounds: number): Promise<Change[]> {
  const { cluster, folder, types } = setting;
  const log = await EventLog.create(join(folder, `log-${types}`), cluster);
  const entrants = await installed(setting);
  const changes: Change[] = [];
  try {
    for (const entrant of entrants) await change(entrant, log, BEFORE);
    for (let round = 0; round < rounds; round += 1) {
      for (const entrant of entrants) {
        // The cluster counts `minReadySeconds` from whole seconds, so that a change takes up to one
        // more by the moment at which it begins: the rounds have all of them.
        await untilShareOfSecond(round / rounds);
        const parts = await change(entrant, log, AFTER);
        changes.push({ types, way: entrant.way.name, round, parts });
        cluster.report.say(
          `${types} types, round ${round + 1} of ${rounds}, ${entrant.way.name}: ${totalOf(parts).toFixed(2)} s`,
        );
        await change(entrant, log, BEFORE);
      }
    }
  } finally {
    log.end();
    for (const { deployment } of entrants) deployment.end();
  }
  return changes;
}

/** Each peer's app in a namespace of its own; two ways may be ways of one peer. */
async function installed({ cluster, programs, folder, types }: Setting): Promise<Entrant[]> {
  const formation = formationOf(types);
  const desks = new Map<string, Desk>();
  const entrants: Entrant[] = [];
  for (const way of WAYS) {
    const { name } = way.peer;
    const namespace = `clock-${name}-${types}`;
    const desk = desks.get(name) ?? {
      folder: join(folder, namespace),
      namespace,
      formation,
      cluster,
      programs,
    };
    if (!desks.has(name)) await install(way, desk);
    desks.set(name, desk);
    const deployment = await WatchedDeployment.follow(cluster, {
      namespace,
      name: `${namespace}-${formation.scaled}`,
    });
    entrants.push({ way, desk, deployment });
  }
  return entrants;
}

async function install({ peer }: Way, desk: Desk): Promise<void> {
  await mkdir(desk.folder, { recursive: true });
  await peer.prepare(desk);
  await ran(desk, peer.apply(desk));
}

/** Brings the process type to so many replicas, and tells the parts of that. */
async function change(
  { way, desk, deployment }: Entrant,
  log: EventLog,
  replicas: number,
): Promise<Parts> {
  await way.write(desk, replicas);
  const env = log.environment(desk.cluster.environment.env);
  await log.clear();
  const begin = performance.now();
  await ran(desk, way.command(desk, replicas), { env });
  const end = performance.now();
  await deployment.settled(replicas, desk.cluster.signal);
  const engine = await log.seen();
  if (replicas === BEFORE) return {};
  const marks = deployment.marks(replicas, begin);
  return partsOf({ begin, end, ...marks, ...(engine && { engine }) });
}

async function untilShareOfSecond(share: number): Promise<void> {
  await sleep((1000 + share * 1000 - (Date.now() % 1000)) % 1000);
}
