import type { ParseArgsConfig } from "node:util";
import { CommandError } from "../../commands/system/errors.ts";
import type { ToolSet } from "../../local/tools/catalogue.ts";
import { nodeSets } from "../../local/tools/nodes.ts";
import { versions } from "../../local/versions.ts";
import { alone } from "../lane-cluster.ts";
import { load } from "../machine.ts";
import { writeResults } from "../results.ts";
import { parsedWords, partsIn } from "../words.ts";
import { loadImages, withCluster, type RealCluster } from "../nodes/cluster.ts";
import { EXPOSURE_NAMES, type ExposureName } from "./exposures.ts";
import { imagesFolder, lanePaths } from "../nodes/layout.ts";
import { laneImages } from "./images.ts";
import type { Part, PartOptions } from "./part.ts";
import { AppProject } from "./project.ts";
import { autoscale } from "./autoscale.ts";
import { earlyEnds } from "./early-ends.ts";
import { handover } from "./handover.ts";
import { hardened } from "./hardened.ts";
import { lost } from "./lost.ts";
import { refused } from "./refused.ts";
import { rounds } from "./rounds.ts";
import { sockets } from "./sockets.ts";
import { start } from "./start.ts";

const PARTS: Readonly<Record<string, Part>> = {
  rounds,
  lost,
  start,
  hardened,
  sockets,
  autoscale,
  "early-ends": earlyEnds,
  refused,
  handover,
};

const USAGE = `Usage: npm run bench -- pods [PART ...] [--rounds N] [--exposure NAME ...]

Runs the four-callbacks app in real containers on two real nodes on this machine, deployed by this program, and removes
everything afterwards. Needs Debian and root; installs the Debian packages that are not there.

  PART             ${Object.keys(PARTS).join(", ")}; default: all of them
  --rounds N       rounds at each scale; default: 20
  --exposure NAME  ${EXPOSURE_NAMES.join(", ")}; default: all of them`;

/** `npm run bench -- pods`: the app in real containers on real nodes, deployed by this program. */
export async function pods(words: readonly string[]): Promise<void> {
  const chosen = chosenBy(words);
  if (chosen === "help") {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  await alone(lanePaths(), (run) =>
    withCluster(run, toolsOf(chosen), (cluster) => measureAll(cluster, chosen)),
  );
}

function toolsOf({ parts }: Chosen): ToolSet[] {
  return [nodeSets.traefik, ...parts.flatMap((name) => PARTS[name]?.tools ?? [])];
}

interface Chosen {
  readonly parts: readonly string[];
  readonly options: PartOptions;
}

function chosenBy(words: readonly string[]): Chosen | "help" {
  const config = { args: [...words], allowPositionals: true, options: OPTIONS };
  const { values, positionals } = parsedWords(config, USAGE);
  if (values.help) return "help";
  const parts = partsIn(positionals, PARTS, USAGE);
  const count = Number(values.rounds);
  if (!Number.isInteger(count) || count < 1) {
    throw new CommandError(`--rounds wants a whole number from 1 on.\n\n${USAGE}`);
  }
  const exposures = values.exposure.map((name) => {
    const found = EXPOSURE_NAMES.find((known) => known === name);
    if (!found) throw new CommandError(`There is no exposure "${name}".\n\n${USAGE}`);
    return found;
  });
  return { parts, options: { rounds: count, exposures } };
}

const OPTIONS = {
  help: { type: "boolean", short: "h", default: false },
  rounds: { type: "string", default: "20" },
  exposure: {
    type: "string",
    multiple: true,
    default: [...EXPOSURE_NAMES] satisfies ExposureName[],
  },
} satisfies ParseArgsConfig["options"];

/**
 * Each part writes its results when it is done, so that they stand whatever comes of the others.
 */
async function measureAll(cluster: RealCluster, { parts, options }: Chosen): Promise<void> {
  const { images, versions: inImages } = await laneImages(
    cluster.programs["traefik"] ?? "traefik",
    { folder: imagesFolder(), report: cluster.report, signal: cluster.signal },
  );
  await loadImages(cluster, images);
  const project = await AppProject.create(cluster);
  try {
    for (const name of parts) {
      const part = PARTS[name];
      if (!part) continue;
      cluster.report.say(`${part.title}:`);
      const loadBefore = load();
      const found = await part.measure(project, options);
      await project.destroy();
      const { pulumi, kubernetes } = versions;
      const all = { pulumi, kubernetes, ...cluster.versions, ...inImages };
      const file = await writeResults({
        name: `pods-${name}`,
        title: part.title,
        versions: all,
        loadBefore,
        plugins: cluster.environment.plugins,
        ...found,
      });
      cluster.report.say(`Written to ${file}`);
    }
  } finally {
    await project.remove();
  }
}
