import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clusterClient } from "../../local/cluster/kubelet.ts";
import { CommandError } from "../../commands/system/errors.ts";
import { versions } from "../../local/versions.ts";
import type { LaneCluster } from "../lane-cluster.ts";
import { load } from "../machine.ts";
import { fixed, table, type Cell } from "../markdown.ts";
import { writeResults } from "../results.ts";
import { withSimulatedCluster } from "../simulated-cluster.ts";
import { ours } from "../speed/peers/pulumi.ts";
import { spread } from "../statistics.ts";
import { parsedWords } from "../words.ts";
import { APP, formationWith } from "./app.ts";
import { MAX_SECONDS } from "./judge.ts";
import type { Bench, Round } from "./rounds.ts";
import { beforeScaling, failing, good, scaling } from "./rounds.ts";

const NODES = {
  zones: ["zone-a", "zone-b"],
  perZone: 2,
  size: { cpu: "4", memory: "16Gi", pods: "110", "ephemeral-storage": "100Gi" },
} as const;

const DEFAULT_COUNT = 50;

const USAGE = `Usage: npm run bench -- rollouts [--count N]

Whether "pulumi up" tells the truth of rollouts, on a control plane with four simulated nodes: N images that cannot run, N that
run, and N times web from 1 to 4 replicas and back. Exit status 1 where any of them is not as promised.

  --count N  default: ${DEFAULT_COUNT}`;

/**
 * `npm run bench -- rollouts`: green means that everything runs, red comes soon and with the
 * reason.
 */
export async function rollouts(words: readonly string[]): Promise<void> {
  const count = countIn(words);
  if (count === "help") {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  await withSimulatedCluster("rollouts", NODES, async (cluster) => measure(cluster, count));
}

function countIn(words: readonly string[]): number | "help" {
  const options = {
    help: { type: "boolean", short: "h", default: false },
    count: { type: "string", default: String(DEFAULT_COUNT) },
  } as const;
  const { values } = parsedWords({ args: [...words], options }, USAGE);
  if (values.help) return "help";
  if (/^[1-9]\d{0,3}$/.test(values.count)) return Number(values.count);
  throw new CommandError(`--count: got "${values.count}"; expected 1 to 9999\n\n${USAGE}`);
}

async function measure(cluster: LaneCluster, count: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "dash-scale-bench-"));
  const loadBefore = load();
  try {
    const rounds = await allRounds(cluster, folder, count);
    const { pulumi, kubernetes, kwok, etcd } = versions;
    const file = await writeResults({
      name: "rollouts",
      title: `Whether pulumi up tells the truth of ${count} rollouts of each kind`,
      versions: { pulumi, kubernetes, kwok, etcd },
      text: textOf(rounds),
      data: { count, rounds },
      loadBefore,
      plugins: cluster.environment.plugins,
    });
    cluster.report.say(`Written to ${file}`);
    const off = rounds.filter(({ problems }) => problems.length > 0).length;
    if (off > 0) throw new CommandError(`${off} of ${rounds.length} rounds are not as promised`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function allRounds(cluster: LaneCluster, folder: string, count: number): Promise<Round[]> {
  const formation = formationWith("registry.example.com/app:first");
  const desk = { folder: join(folder, "app"), namespace: APP, formation, cluster, programs: {} };
  const bench: Bench = { desk, http: await clusterClient(cluster.environment.paths) };
  await ours.prepare(desk);
  const rounds: Round[] = [];
  const add = async (title: string, more: Promise<Round[]>) => {
    for (const round of await more) {
      rounds.push(round);
      const { what, status, seconds, problems } = round;
      const said = problems.length === 0 ? "as promised" : problems.join("; ");
      const line = `status ${status} after ${seconds.toFixed(1)} s, ${said}`;
      cluster.report.say(`${title} ${what}: ${line}`);
    }
  };
  const repeat = async (kind: (bench: Bench, index: number) => Promise<Round[]>) => {
    for (let index = 0; index < count; index++) {
      await add(`${index + 1}/${count}`, kind(bench, index));
    }
  };
  await add("first install,", good(bench, count));
  await repeat(failing);
  await repeat(good);
  await add("", beforeScaling(bench));
  await repeat(scaling);
  return rounds;
}

function textOf(rounds: readonly Round[]): string {
  const kinds = Map.groupBy(rounds, ({ what }) => what);
  const rows = [...kinds].map(([what, all]): Cell[] => {
    const { median, maximum } = spread(all.map(({ seconds }) => seconds));
    const right = all.filter(({ problems }) => problems.length === 0).length;
    return [what, all.length, right, fixed(median, 1), fixed(maximum, 1)];
  });
  const off = rounds.filter(({ problems }) => problems.length > 0);
  const lines = off.map(({ what, status, seconds, problems }) => {
    return `- ${what}, status ${status} after ${fixed(seconds, 1)} s: ${problems.join("; ")}`;
  });
  return `${table(["", "rounds", "as promised", "median s", "slowest s"], rows)}

As promised is, for an image that cannot run: exit status other than 0, the kubelet's reason in the output, within ${MAX_SECONDS} s. For everything
else: exit status 0, and when the API server is asked right then, all declared pods are available by the Deployments' status, and none of
an earlier version is left that is not on its way out.${lines.length > 0 ? `\n\nNot as promised:\n\n${lines.join("\n")}` : ""}`;
}
