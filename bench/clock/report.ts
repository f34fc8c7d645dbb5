import { fixed, table, type Cell } from "../markdown.ts";
import { ratios, spread } from "../statistics.ts";
import type { Change } from "./changes.ts";
import { PARTS, totalOf } from "./parts.ts";
import type { Preview } from "./previews.ts";
import { PROGRAMS } from "./previews.ts";
import { HELM, WAYS } from "./ways.ts";

/** Tables of what was measured: of changes, one for each number of process types. */
export function reportOf(changes: readonly Change[], previews: readonly Preview[]): string {
  const sizes = [...new Set(changes.map(({ types }) => types))];
  const tables = sizes.map((types) => {
    const here = changes.filter((it) => it.types === types);
    const rounds = new Set(here.map(({ round }) => round)).size;
    return `## ${types} process type${types === 1 ? "" : "s"}, ${rounds} rounds\n\n${tableOf(here)}`;
  });
  return `One process type from 2 to 4 replicas, on simulated nodes, where pods are ready in a moment, and the same objects for all: seconds,
means of rounds in which each way has its turn, and each of which begins at another moment of a second.

${tables.join("\n\n")}

## A preview of 1 process type, without changes

${previewTable(previews)}`;
}

function previewTable(previews: readonly Preview[]): string {
  const of = (program: string) => previews.filter((it) => it.program === program);
  const rows = PROGRAMS.map(({ name, title }) => {
    const toPlain = ratios(of(name), of("plain"));
    const seconds = spread(of(name).map((it) => it.seconds)).median;
    return [title, fixed(seconds), fixed(spread(toPlain).median), toPlain.length];
  });
  return table(["", "seconds, median", "× the plain program, median", "runs"], rows);
}

function tableOf(changes: readonly Change[]): string {
  const of = (way: string) => changes.filter((it) => it.way === way);
  const rows = Object.entries(PARTS).flatMap(([part, title]): Cell[][] => {
    const cells = WAYS.map(({ name }) => mean(of(name).map(({ parts }) => partIn(parts, part))));
    return cells.every((it) => it === 0) ? [] : [[title, ...cells.map(secondsOf)]];
  });
  const totals = WAYS.map(({ name }) => mean(of(name).map(({ parts }) => totalOf(parts))));
  const helm = totals[WAYS.findIndex(({ name }) => name === HELM)] ?? Number.NaN;
  return table(
    ["", ...WAYS.map(({ title }) => title)],
    [
      ...rows,
      ["**all**", ...totals.map((it) => fixed(it))],
      ["× `helm upgrade --wait`", ...totals.map((it) => fixed(it / helm))],
    ],
  );
}

function partIn(parts: Change["parts"], part: string): number {
  return Object.entries(parts).find(([name]) => name === part)?.[1] ?? 0;
}

function mean(values: readonly number[]): number {
  return spread(values).mean;
}

function secondsOf(seconds: number): string {
  return seconds === 0 ? "" : fixed(seconds);
}
