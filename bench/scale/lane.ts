import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { versions } from "../../local/versions.ts";
import { load } from "../machine.ts";
import { writeResults } from "../results.ts";
import type { LaneCluster } from "../lane-cluster.ts";
import { withSimulatedCluster } from "../simulated-cluster.ts";
import { parsedWords, partsIn } from "../words.ts";
import type { Part } from "./part.ts";
import { pods } from "./pods.ts";
import { stacks } from "./stacks.ts";
import { types } from "./types.ts";

const PARTS: Readonly<Record<string, Part>> = { pods, types, stacks };

/** 5,000 pods of the default size take a good half of them. */
const NODES = {
  zones: ["zone-a", "zone-b", "zone-c", "zone-d", "zone-e"],
  perZone: 100,
  size: { cpu: "4", memory: "16Gi", pods: "110", "ephemeral-storage": "100Gi" },
} as const;

const USAGE = `Usage: npm run bench -- scale [PART ...]

As large as one machine bears: a control plane with 500 simulated nodes, for each part a new one.

  PART  ${Object.keys(PARTS).join(", ")}; default: all of them`;

/** `npm run bench -- scale`: how it goes when it gets large. */
export async function scale(words: readonly string[]): Promise<void> {
  const chosen = chosenBy(words);
  if (chosen === "help") {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  for (const name of chosen) {
    await withSimulatedCluster("scale", NODES, async (cluster) => measure(name, cluster));
  }
}

function chosenBy(words: readonly string[]): readonly string[] | "help" {
  const options = { help: { type: "boolean", short: "h", default: false } } as const;
  const config = { args: [...words], allowPositionals: true, options };
  const { values, positionals } = parsedWords(config, USAGE);
  return values.help ? "help" : partsIn(positionals, PARTS, USAGE);
}

async function measure(name: string, cluster: LaneCluster): Promise<void> {
  const part = PARTS[name];
  if (!part) return;
  const folder = await mkdtemp(join(tmpdir(), "dash-scale-bench-"));
  const loadBefore = load();
  try {
    const found = await part.measure(cluster, folder);
    const { pulumi, kubernetes, kwok, etcd } = versions;
    const all = { pulumi, kubernetes, kwok, etcd };
    const { title } = part;
    const file = await writeResults({
      name: `scale-${name}`,
      title,
      versions: all,
      loadBefore,
      plugins: cluster.environment.plugins,
      ...found,
    });
    cluster.report.say(`Written to ${file}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
