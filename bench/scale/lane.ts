import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { LocalError, reasonOf } from "../../local/local-error.ts";
import { versions } from "../../local/versions.ts";
import { load } from "../machine.ts";
import { writeResults } from "../results.ts";
import { withSimulatedCluster, type SimulatedCluster } from "../simulated-cluster.ts";
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
  const wish = wishOf(words);
  if (wish === "help") {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  for (const name of wish) {
    await withSimulatedCluster("scale", NODES, async (cluster) => measure(name, cluster));
  }
}

function wishOf(words: readonly string[]): readonly string[] | "help" {
  const { values, positionals } = parsed(words);
  if (values.help) return "help";
  const unknown = positionals.find((name) => !(name in PARTS));
  if (unknown !== undefined) throw new LocalError(`There is no part "${unknown}".\n\n${USAGE}`);
  return positionals.length > 0 ? positionals : Object.keys(PARTS);
}

function parsed(words: readonly string[]) {
  try {
    const options = { help: { type: "boolean", short: "h", default: false } } as const;
    return parseArgs({ args: [...words], allowPositionals: true, options });
  } catch (error) {
    throw new LocalError(`${reasonOf(error)}\n\n${USAGE}`);
  }
}

async function measure(name: string, cluster: SimulatedCluster): Promise<void> {
  const part = PARTS[name];
  if (!part) return;
  const folder = await mkdtemp(join(tmpdir(), "dash-scale-bench-"));
  const loadBefore = load();
  try {
    const found = await part.measure(cluster, folder);
    const { pulumi, kubernetes, kwok, etcd } = versions;
    const all = { pulumi, kubernetes, kwok, etcd, "plugins:": cluster.environment.plugins };
    const { title } = part;
    const file = await writeResults({
      name: `scale-${name}`,
      title,
      versions: all,
      loadBefore,
      ...found,
    });
    cluster.report.say(`Written to ${file}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
