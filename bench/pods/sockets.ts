import { setTimeout as sleep } from "node:timers/promises";
import { fixed, table } from "../markdown.ts";
import { spread } from "../statistics.ts";
import { askRounds } from "./ask.ts";
import type { Round } from "./client.ts";
import { exposure } from "./exposures.ts";
import { IMAGES } from "./images.ts";
import type { Part } from "./part.ts";
import type { AppProject } from "./project.ts";
import { isSpreadOut, STEADY_MS } from "./rounds.ts";

interface Measured {
  readonly replicas: number;
  readonly webSockets: number;
  readonly rounds: readonly Round[];
}

const WEB_SOCKETS = 20;
const SETTINGS = [
  { replicas: 1, webSockets: 0 },
  { replicas: 1, webSockets: WEB_SOCKETS },
  { replicas: 4, webSockets: 0 },
  { replicas: 4, webSockets: WEB_SOCKETS },
];
const COMMAND = "python3 -m uvicorn index:server";

/** Open WebSockets do not take the place of a request. */
export const sockets: Part = {
  title: "Four callbacks of 2 s at once, with open WebSockets",
  measure: async (project, options) => {
    const found: Measured[] = [];
    for (const setting of SETTINGS) {
      found.push({ ...setting, rounds: await at(project, setting, options.rounds) });
    }
    return { text: text(found), data: found };
  },
};

async function at(
  project: AppProject,
  { replicas, webSockets }: (typeof SETTINGS)[number],
  rounds: number,
): Promise<Round[]> {
  const { report, signal } = project.cluster;
  const { app, target } = exposure("proxy");
  const web = { replicas, workers: 1, threads: 1 };
  await project.up({ image: IMAGES.webSockets, app, web, command: COMMAND });
  await project.settled();
  await sleep(STEADY_MS, undefined, { signal });
  const found = await askRounds({ target: await target(project), rounds, webSockets }, signal);
  const { median } = spread(found.map(({ seconds }) => seconds));
  report.say(`${replicas} replicas, ${webSockets} WebSockets: median ${fixed(median)} s`);
  return found;
}

function text(found: readonly Measured[]): string {
  const medianOf = ({ rounds }: Measured) => spread(rounds.map(({ seconds }) => seconds)).median;
  const [base] = found;
  const rows = found.map((it) => {
    const { replicas, webSockets, rounds } = it;
    const { minimum, median, maximum } = spread(rounds.map(({ seconds }) => seconds));
    const speedUp = base ? medianOf(base) / median : Number.NaN;
    return [
      replicas,
      webSockets,
      ...[minimum, median, maximum].map((value) => fixed(value)),
      `${fixed(speedUp)} ×`,
      `${rounds.filter((round) => isSpreadOut(round, replicas)).length} of ${rounds.length}`,
      rounds.reduce((sum, { failures }) => sum + failures.length, 0),
      Math.min(...rounds.map((round) => round.webSockets)),
    ];
  });
  const seconds = ["minimum", "median", "maximum"];
  const heading = ["replicas", "WebSockets", ...seconds, "speed-up", "spread out", "failed"];
  return `Dash on FastAPI, \`${COMMAND}\`, with \`proxy: haproxy\` and one request at once for each replica: on FastAPI, Dash runs a
callback that is no coroutine in the event loop. ${found[0]?.rounds.length ?? 0} rounds each: four callbacks at once by HTTP, while a client holds so many of
Dash's WebSockets open, each with a heartbeat a second. "Left": WebSockets that were open after every round.

${table([...heading, "left"], rows)}`;
}
