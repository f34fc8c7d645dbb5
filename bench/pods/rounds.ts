import { setTimeout as sleep } from "node:timers/promises";
import { fixed, table } from "../markdown.ts";
import { spread } from "../statistics.ts";
import { askRounds } from "./ask.ts";
import type { Round } from "./client.ts";
import { exposure, EXPOSURE_NAMES, type ExposureName } from "./exposures.ts";
import type { Part } from "./part.ts";
import type { AppProject } from "./project.ts";

/** Four callbacks of 2 s at some scale, through some exposure. */
interface Measured {
  readonly exposure: ExposureName;
  readonly title: string;
  readonly replicas: number;
  readonly workers: number;
  readonly rounds: readonly Round[];
}

const REPLICAS = [1, 2, 3, 4];
const WORKERS = [1, 2, 4];
/** Proxies have heard of every pod by then. */
export const STEADY_MS = 8_000;

/** The claim: four replicas run four slow callbacks four times as fast as one. */
export const rounds: Part = {
  title: "Four callbacks of 2 s at once",
  measure: async (project, options) => {
    const found: Measured[] = [];
    for (const name of options.exposures) {
      await exposure(name).prepare(project);
      for (const replicas of REPLICAS) {
        found.push(await at(project, { name, replicas, workers: 1, rounds: options.rounds }));
      }
    }
    const vertical = found.filter((it) => it.exposure === "service" && it.replicas === 1);
    for (const workers of WORKERS.slice(vertical.length)) {
      const setting = { name: "service", replicas: 1, workers, rounds: options.rounds } as const;
      vertical.push(await at(project, setting));
    }
    const order = (it: Measured) => EXPOSURE_NAMES.indexOf(it.exposure);
    const horizontal = found.sort((a, b) => order(a) - order(b));
    return { text: text(horizontal, vertical), data: { horizontal, vertical } };
  },
};

async function at(
  project: AppProject,
  { name, replicas, workers, rounds: count }: Setting,
): Promise<Measured> {
  const { report, signal } = project.cluster;
  const { title, app, target } = exposure(name);
  await project.up({ app, web: { replicas, workers } });
  await project.settled();
  await sleep(STEADY_MS, undefined, { signal });
  const found = await askRounds({ target: await target(project), rounds: count }, signal);
  const { median } = spread(found.map(({ seconds }) => seconds));
  report.say(`${title}, ${replicas} × ${workers}: median ${fixed(median)} s`);
  return { exposure: name, title, replicas, workers, rounds: found };
}

interface Setting {
  readonly name: ExposureName;
  readonly replicas: number;
  readonly workers: number;
  readonly rounds: number;
}

function text(horizontal: readonly Measured[], vertical: readonly Measured[]): string {
  const [first] = vertical;
  return `${first?.rounds.length ?? 0} rounds each, one new connection for each callback; seconds until all four are answered. Between rounds
the page is asked for, up to three times: what hands requests out in turn does not begin with the same pod again. The speed-up is
that of the medians, against one replica through the same exposure. "Spread out": rounds in which no pod had more callbacks than another
one, as far as four can be shared out evenly.

${tableOf(horizontal, ({ exposure: name }) =>
  horizontal.find((it) => it.exposure === name && it.replicas === 1),
)}

Vertically, through the plain Service:

${tableOf(vertical, () => vertical[0])}`;
}

function tableOf(found: readonly Measured[], base: (it: Measured) => Measured | undefined): string {
  const rows = found.map((it) => {
    const seconds = it.rounds.map((round) => round.seconds);
    const { minimum, median, mean, maximum } = spread(seconds);
    const reference = spread((base(it) ?? it).rounds.map((round) => round.seconds));
    const failed = it.rounds.reduce((sum, round) => sum + round.failures.length, 0);
    return [
      it.title,
      it.replicas,
      it.workers,
      ...[minimum, median, mean, maximum].map((value) => fixed(value)),
      `${fixed(reference.median / median)} ×`,
      `${it.rounds.filter((round) => isSpreadOut(round, it.replicas)).length} of ${it.rounds.length}`,
      failed,
    ];
  });
  const quantities = ["minimum", "median", "mean", "maximum", "speed-up", "spread out", "failed"];
  return table(["exposure", "replicas", "workers", ...quantities], rows);
}

/**
 * Whether the callbacks were shared out as evenly as they can be; never where none was answered.
 */
export function isSpreadOut({ perPod }: Pick<Round, "perPod">, replicas: number): boolean {
  const all = perPod.reduce((sum, count) => sum + count, 0);
  const [most = 0, least = 0] = [perPod[0], perPod.at(-1)];
  return all > 0 && perPod.length === Math.min(replicas, all) && most - least <= 1;
}
