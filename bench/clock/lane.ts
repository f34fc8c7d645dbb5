import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommandError } from "../../commands/system/errors.ts";
import { toolsFolder } from "../../local/paths.ts";
import { findTools } from "../../local/tools/find.ts";
import { peerSets } from "../../local/tools/peers.ts";
import { versions } from "../../local/versions.ts";
import type { LaneCluster } from "../lane-cluster.ts";
import { load } from "../machine.ts";
import { writeResults } from "../results.ts";
import { withSimulatedCluster } from "../simulated-cluster.ts";
import { parsedWords } from "../words.ts";
import { changesOf } from "./changes.ts";
import type { Change } from "./changes.ts";
import { previewsOf } from "./previews.ts";
import type { Preview } from "./previews.ts";
import { reportOf } from "./report.ts";

const SIZES = [1, 10];
const ROUNDS = 10;

const USAGE = `Usage: npm run bench -- clock [--types N ...] [--rounds N]

Where the seconds go between a command and four ready pods, part by part, beside helm and kubectl, in turn; and what a
preview takes, beside a plain Pulumi program and one that declares nothing.

  --types N   process types of the app; default: ${SIZES.join(", ")}
  --rounds N  default: ${ROUNDS}`;

const NODES = {
  zones: ["zone-a", "zone-b"],
  perZone: 4,
  size: { cpu: "64", memory: "256Gi", pods: "110", "ephemeral-storage": "1Ti" },
} as const;

const OPTIONS = {
  help: { type: "boolean", short: "h", default: false },
  types: { type: "string", multiple: true, default: SIZES.map(String) },
  rounds: { type: "string", default: String(ROUNDS) },
} as const;

/** `npm run bench -- clock`: the clock of a change in scale. */
export async function clock(words: readonly string[]): Promise<void> {
  const { values } = parsedWords({ args: [...words], options: OPTIONS }, USAGE);
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const [rounds = 0, ...sizes] = [values.rounds, ...values.types].map(Number);
  if (![rounds, ...sizes].every((it) => Number.isInteger(it) && it >= 1 && it <= 100))
    throw new CommandError(`--types and --rounds want whole numbers, 1 to 100.\n\n${USAGE}`);
  await withSimulatedCluster("clock", NODES, (cluster) => measure(cluster, sizes, rounds));
}

async function measure(
  cluster: LaneCluster,
  sizes: readonly number[],
  rounds: number,
): Promise<void> {
  const { report, signal, environment } = cluster;
  const helm = await findTools(peerSets.helm, { folder: toolsFolder(), report, signal });
  const folder = await mkdtemp(join(tmpdir(), "dash-scale-bench-"));
  const loadBefore = load();
  const changes: Change[] = [];
  const previews: Preview[] = [];
  try {
    previews.push(...(await previewsOf(cluster, folder, rounds)));
    for (const types of sizes) {
      const programs = { helm: helm.programs["helm"] ?? "helm" };
      changes.push(...(await changesOf({ cluster, programs, folder, types }, rounds)));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const { pulumi, kubernetes, kwok, etcd } = versions;
  const file = await writeResults({
    name: "clock",
    title: "The clock of a change in scale",
    versions: { pulumi, kubernetes, kwok, etcd, helm: helm.version },
    text: reportOf(changes, previews),
    data: { changes, previews },
    loadBefore,
    plugins: environment.plugins,
  });
  report.say(`Written to ${file}`);
}
