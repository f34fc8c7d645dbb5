import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { LaneCluster } from "../lane-cluster.ts";
import { formationOf } from "./formation.ts";
import { memoryOf, timed, type Taken } from "./measure.ts";
import type { Desk, Peer } from "./peer.ts";
import type { Records, Rounds, Task } from "./record.ts";

interface Setting {
  readonly cluster: LaneCluster;
  readonly programs: Readonly<Record<string, string>>;
  /** Where each peer gets a folder. */
  readonly folder: string;
  readonly peers: readonly Peer[];
  readonly types: number;
}

interface Entrant {
  readonly peer: Peer;
  readonly desk: Desk;
}

/**
 * All peers at one number of process types: every round has each of them once, and each round
 * begins with another one.
 */
export class Contest {
  readonly #setting: Setting;
  readonly #records: Records;
  readonly #entrants: readonly Entrant[];

  constructor(setting: Setting, records: Records) {
    const { peers, types, cluster, programs } = setting;
    const formation = formationOf(types);
    this.#setting = setting;
    this.#records = records;
    this.#entrants = peers.map((peer) => {
      const folder = join(setting.folder, `${peer.name}-${types}`);
      const desk = { folder, namespace: `bench-${peer.name}`, formation, cluster, programs };
      return { peer, desk };
    });
  }

  async run(rounds: Rounds): Promise<void> {
    await this.#installs(rounds.install);
    // Not counted: whatever a program keeps from its first run, it has from here on.
    for (const { peer, desk } of this.#entrants) await timed(desk, peer.preview(desk));
    await this.#inTurn("preview", rounds.preview, async ({ peer, desk }) =>
      timed(desk, peer.preview(desk)),
    );
    await this.#inTurn("scale", rounds.scale, async ({ peer, desk }) => {
      await peer.write(desk, 4);
      const apply = (peer.applyOne ?? peer.apply)(desk);
      const taken = await timed(desk, apply);
      await peer.write(desk, 2);
      await timed(desk, apply);
      return taken;
    });
    await this.#memory();
    for (const entrant of this.#entrants) await remove(entrant);
  }

  /**
   * Each one begins with a cluster without the others. What comes after has all of them side by
   * side: installed once more, and not counted.
   */
  async #installs(rounds: number): Promise<void> {
    await this.#inTurn("install", rounds, async (entrant) => {
      const taken = await install(entrant);
      await remove(entrant);
      return taken;
    });
    for (const entrant of this.#entrants) await install(entrant);
  }

  /** In runs of their own: looking at memory takes time. */
  async #memory(): Promise<void> {
    const { types } = this.#setting;
    for (const { peer, desk } of this.#entrants) {
      const preview = await memoryOf(desk, peer.preview(desk));
      await peer.write(desk, 4);
      const scale = await memoryOf(desk, (peer.applyOne ?? peer.apply)(desk));
      const [name, { memory }] = [peer.name, this.#records];
      memory.push({ types, peer: name, task: "preview", bytes: preview });
      memory.push({ types, peer: name, task: "scale", bytes: scale });
    }
  }

  async #inTurn(
    task: Task,
    rounds: number,
    work: (entrant: Entrant, round: number) => ReturnType<typeof timed>,
  ): Promise<void> {
    const { types, cluster } = this.#setting;
    for (let round = 1; round <= rounds; round += 1) {
      const first = round % this.#entrants.length;
      const order = [...this.#entrants.slice(first), ...this.#entrants.slice(0, first)];
      for (const entrant of order) {
        const taken = await work(entrant, round);
        const peer = entrant.peer.name;
        this.#records.runs.push({ types, peer, task, round, ...taken });
        const seconds = `${taken.seconds.toFixed(2)} s`;
        cluster.report.say(`${types} types, ${task} ${round} of ${rounds}, ${peer}: ${seconds}`);
      }
    }
  }
}

async function install({ peer, desk }: Entrant): Promise<Taken> {
  await mkdir(desk.folder, { recursive: true });
  await peer.prepare(desk);
  return timed(desk, peer.apply(desk));
}

async function remove({ peer, desk }: Entrant): Promise<void> {
  await desk.cluster.kubectl(["delete", "namespace", desk.namespace, "--timeout=10m"]);
  await peer.forget?.(desk);
  await rm(desk.folder, { recursive: true, force: true });
}
