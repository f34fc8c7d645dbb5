/** How a measured quantity is spread. */
export interface Spread {
  readonly count: number;
  readonly minimum: number;
  readonly median: number;
  readonly mean: number;
  readonly maximum: number;
}

/** @throws Error without values: nothing was measured */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const [minimum] = sorted;
  const maximum = sorted.at(-1);
  if (minimum === undefined || maximum === undefined) throw new Error("no values to sum up");
  const sum = sorted.reduce((total, value) => total + value, 0);
  return {
    count: sorted.length,
    minimum,
    median: median(sorted),
    mean: sum / sorted.length,
    maximum,
  };
}

/** What was measured in a round in which each has its turn. */
export interface Round {
  readonly round: number;
  readonly seconds: number;
}

/** Round by round, since the machine is not equally fast in all of them. */
export function ratios(ones: readonly Round[], others: readonly Round[]): number[] {
  return ones.flatMap(({ round, seconds }) => {
    const other = others.find((it) => it.round === round);
    return other ? [seconds / other.seconds] : [];
  });
}

/** The value below which a share of them lies, 0 to 1; of the values there are, the nearest one. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = Math.min(sorted.length - 1, Math.floor(share * sorted.length));
  return sorted[at] ?? Number.NaN;
}

function median(sorted: readonly number[]): number {
  const middle = (sorted.length - 1) / 2;
  const [low = Number.NaN, high = Number.NaN] = [Math.floor(middle), Math.ceil(middle)].map(
    (index) => sorted[index],
  );
  return (low + high) / 2;
}
