import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommandError } from "../../commands/system/errors.ts";
import { toolsFolder } from "../../local/paths.ts";
import { findTools } from "../../local/tools/find.ts";
import { peerSets } from "../../local/tools/peers.ts";
import { versions as commonVersions } from "../../local/versions.ts";
import { load } from "../machine.ts";
import { writeResults } from "../results.ts";
import type { LaneCluster } from "../lane-cluster.ts";
import { withSimulatedCluster } from "../simulated-cluster.ts";
import { parsedWords } from "../words.ts";
import { Contest } from "./contest.ts";
import type { Peer } from "./peer.ts";
import { fastHelm, helm } from "./peers/helm.ts";
import { kubectl } from "./peers/kubectl.ts";
import { ours, plain } from "./peers/pulumi.ts";
import type { Records, Rounds } from "./record.ts";
import { reportOf } from "./report.ts";

const PEERS: readonly Peer[] = [ours, plain, helm, fastHelm, kubectl];

/** Enough for 500 pods of each peer at once. */
const NODES = {
  zones: ["zone-a", "zone-b"],
  perZone: 16,
  size: { cpu: "64", memory: "256Gi", pods: "250", "ephemeral-storage": "1Ti" },
} as const;

/** Runs of each task by the number of process types: the large ones take minutes, and vary less. */
const ROUNDS: Readonly<Record<number, Rounds>> = {
  1: { install: 3, preview: 10, scale: 3 },
  10: { install: 1, preview: 5, scale: 2 },
  100: { install: 1, preview: 4, scale: 2 },
  500: { install: 1, preview: 2, scale: 1 },
};
const FEW: Rounds = { install: 1, preview: 3, scale: 1 };

const USAGE = `Usage: npm run bench -- speed [--types N ...] [--peer NAME ...] [--without-log]

Installs, previews and scales the same objects with this program and with what people would use instead, in turn, on one
control plane with simulated nodes.

  --types N      process types; default: ${Object.keys(ROUNDS).join(", ")}
  --peer NAME    ${PEERS.map(({ name }) => name).join(", ")}; default: all of them
  --without-log  with nowhere for Pulumi to keep its own log of each command`;

/** `npm run bench -- speed`: this program against its peers. */
export async function speed(words: readonly string[]): Promise<void> {
  const chosen = chosenBy(words);
  if (chosen === "help") {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  await withSimulatedCluster("speed", NODES, (cluster) => contest(cluster, chosen));
}

interface Chosen {
  readonly types: readonly number[];
  readonly peers: readonly Peer[];
  readonly withoutLog: boolean;
}

function chosenBy(words: readonly string[]): Chosen | "help" {
  const { values } = parsedWords({ args: [...words], options: OPTIONS }, USAGE);
  const { help, types, peer, "without-log": withoutLog } = values;
  if (help) return "help";
  const peers = peer.map((name) => {
    const found = PEERS.find((known) => known.name === name);
    if (!found) throw new CommandError(`There is no peer "${name}".\n\n${USAGE}`);
    return found;
  });
  const counts = types.map(Number);
  if (!counts.every((count) => Number.isInteger(count) && count >= 1 && count <= 999)) {
    throw new CommandError(`--types wants a whole number, 1 to 999.\n\n${USAGE}`);
  }
  return { types: counts, peers, withoutLog };
}

const OPTIONS = {
  help: { type: "boolean", short: "h", default: false },
  types: { type: "string", multiple: true, default: Object.keys(ROUNDS) },
  peer: { type: "string", multiple: true, default: PEERS.map(({ name }) => name) },
  "without-log": { type: "boolean", default: false },
} as const;

async function contest(cluster: LaneCluster, { types, peers, withoutLog }: Chosen): Promise<void> {
  if (withoutLog) await endLog(cluster);
  const { programs, versions } = await tools(cluster);
  const records: Records = { runs: [], memory: [] };
  const folder = await mkdtemp(join(tmpdir(), "dash-scale-bench-"));
  const loadBefore = load();
  try {
    for (const count of types) {
      const able = peers.filter(({ atMost = count }) => count <= atMost);
      const setting = { cluster, programs, folder, peers: able, types: count };
      const size = new Contest(setting, records);
      await size.run(ROUNDS[count] ?? FEW);
      // Written after each size, so that the small ones stand whatever comes of the large ones.
      const file = await writeResults({
        name: withoutLog ? "speed-without-log" : "speed",
        title: `Speed, against peers${withoutLog ? ", without Pulumi's own log" : ""}`,
        versions,
        text: reportOf(records, peers),
        data: records,
        loadBefore,
        plugins: cluster.environment.plugins,
      });
      cluster.report.say(`Written to ${file}`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A file where Pulumi would make the folder of its logs: it then keeps none, and goes on. */
async function endLog({ environment: { paths, plugins } }: LaneCluster): Promise<void> {
  const logs = join(paths.pulumiHomes[plugins], "logs");
  await rm(logs, { recursive: true, force: true });
  await writeFile(logs, "");
}

async function tools({ report, signal }: LaneCluster) {
  const search = { folder: toolsFolder(), report, signal };
  const { pulumi, kubernetes, kwok, etcd } = commonVersions;
  const versions: Record<string, string> = { pulumi, kubernetes, kwok, etcd };
  const programs: Record<string, string> = {};
  for (const [name, set] of Object.entries(peerSets)) {
    const found = await findTools(set, search);
    const [file = ""] = set.files;
    programs[name] = found.programs[file] ?? file;
    versions[set.name] = found.version;
  }
  return { programs, versions };
}
