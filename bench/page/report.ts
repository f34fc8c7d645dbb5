import { fixed, table } from "../markdown.ts";
import type { Cell } from "../markdown.ts";
import { spread } from "../statistics.ts";
import type { Measured } from "./measure.ts";

interface Goal {
  readonly what: string;
  readonly unit: "ms" | "kB";
  readonly most: number;
  readonly values: readonly number[];
}

/** What the page is held to: medians, and of long frames the longest. */
function goalsOf({ served, firstNumbers, bytes, clicks, pods, many }: Measured): Goal[] {
  const kilobytes = bytes.map((it) => it / 1000);
  const of = `with ${many.replicas} pods`;
  return [
    { what: "from the command to the served page", unit: "ms", most: 500, values: served },
    { what: "first numbers, after the load event", unit: "ms", most: 100, values: firstNumbers },
    { what: "cost and changed line, after a click", unit: "ms", most: 50, values: clicks },
    { what: `the same ${of}`, unit: "ms", most: 50, values: many.clicks },
    { what: "a pod's change, after the API server's event", unit: "ms", most: 300, values: pods },
    { what: "transferred", unit: "kB", most: 60, values: kilobytes },
  ];
}

export function reportOf(measured: Measured): string {
  const { many } = measured;
  const rows = goalsOf(measured).map(({ what, unit, most, values }): Cell[] => {
    const { median, maximum, count } = spread(values);
    const isMet = median <= most ? "met" : "missed";
    return [
      what,
      `${most} ${unit}`,
      `${fixed(median, 1)} ${unit}`,
      fixed(maximum, 1),
      count,
      isMet,
    ];
  });
  const longest = Math.max(0, ...many.longFrames);
  const frames =
    many.longFrames.length === 0
      ? "none"
      : `${many.longFrames.length}, the longest ${fixed(longest, 0)} ms`;
  return `The page's own server in a real Chromium, on a real control plane with simulated nodes. Each start has a new server and a browser that
has never seen the page. A drawn thing is timed by the frame that has it, a click by the browser's own time of it.

${table(["", "goal", "median", "slowest", "rounds", ""], rows)}

Frames of more than 50 ms while one process type went to ${many.replicas} pods, in ${fixed(many.seconds, 0)} s, and while its scale was
changed then: ${frames} (the goal: none).
`;
}
