import { fixed, table, type Cell } from "../markdown.ts";
import { ratios, spread } from "../statistics.ts";
import type { Peer } from "./peer.ts";
import { TASKS, type Records, type Run, type Task } from "./record.ts";

const OURS = "ours";

const TITLES: Readonly<Record<Task, string>> = {
  install: "First install, up to ready pods",
  preview: "Preview without changes",
  scale: "One process type from 2 to 4 replicas, up to ready pods",
};

/** Tables of what was measured, for the page. */
export function reportOf(records: Records, peers: readonly Peer[]): string {
  const titles = peers.map(({ title }) => title);
  return `The same objects in the same cluster, runs taken in turn. Seconds are medians; × is this program's time to the other's, the median
of the rounds' ratios. A preview without changes is \`pulumi preview\`, \`kubectl diff\`, and, since Helm has none,
the \`helm upgrade\` that changes nothing.

${TASKS.map((task) => `## ${TITLES[task]}\n\n${timesOf(records, task, peers)}`).join("\n\n")}

## What a process type costs

Milliseconds for each further process type, from the smallest to the largest formation that it was tried with.

${table(["", ...titles], growth(records, peers))}

## Processor time

Seconds of the program and all that it starts, without the cluster's.

${table(["process types", "", ...titles], processorTime(records, peers))}

## Memory

The most at once of the program and all that it starts, MiB.

${table(["process types", "", ...titles], memory(records, peers))}
`;
}

function timesOf({ runs }: Records, task: Task, peers: readonly Peer[]): string {
  const others = peers.filter(({ name }) => name !== OURS);
  const heading = [
    "process types",
    ...peers.map(({ title }) => title),
    ...others.map(({ title }) => `× ${title}`),
    "runs",
  ];
  const rows = sizes(runs).map((types): Cell[] => {
    const here = runs.filter((it) => it.types === types && it.task === task);
    const of = (peer: string) => here.filter((it) => it.peer === peer);
    return [
      types,
      ...peers.map(({ name }) => median(of(name).map(({ seconds }) => seconds))),
      ...others.map(({ name }) => median(ratios(of(OURS), of(name)))),
      of(OURS).length,
    ];
  });
  return table(heading, rows);
}

function growth({ runs }: Records, peers: readonly Peer[]): Cell[][] {
  return TASKS.map((task) => [
    task,
    ...peers.map(({ name }) => growthOf(runs.filter((it) => it.peer === name && it.task === task))),
  ]);
}

function growthOf(runs: readonly Run[]): string {
  const all = sizes(runs);
  const [small = 0, large = 0] = [all[0], all.at(-1)];
  if (small === large) return "-";
  const [least, most] = [small, large].map(
    (types) => spread(runs.filter((it) => it.types === types).map((it) => it.seconds)).median,
  );
  return fixed((((most ?? 0) - (least ?? 0)) / (large - small)) * 1000, 1);
}

function processorTime({ runs }: Records, peers: readonly Peer[]): Cell[][] {
  return everyTask(runs).map(({ types, task }) => {
    const each = peers.map(({ name }) =>
      median(select(runs, { task, peer: name, types }).map((it) => it.cpuSeconds)),
    );
    return [types, task, ...each];
  });
}

function memory({ runs, memory: found }: Records, peers: readonly Peer[]): Cell[][] {
  return everyTask(runs)
    .filter(({ task }) => task !== "install")
    .map(({ types, task }) => {
      const each = peers.map(({ name }) => {
        const it = found.find(
          (one) => one.types === types && one.task === task && one.peer === name,
        );
        return it ? Math.round(it.bytes / 2 ** 20) : "-";
      });
      return [types, task, ...each];
    });
}

function everyTask(runs: readonly Run[]) {
  return sizes(runs).flatMap((types) => TASKS.map((task) => ({ types, task })));
}

function select(
  runs: readonly Run[],
  wanted: { readonly task: string; readonly peer: string; readonly types: number },
): Run[] {
  return runs.filter(
    ({ task, peer, types }) =>
      task === wanted.task && peer === wanted.peer && types === wanted.types,
  );
}

function sizes(runs: readonly Run[]): number[] {
  return [...new Set(runs.map(({ types }) => types))].toSorted((a, b) => a - b);
}

function median(values: readonly number[]): string {
  return values.length === 0 ? "-" : fixed(spread(values).median);
}
