/**
 * Kubernetes quantities: `512Mi`, `250m`, `0.5`.
 *
 * Grammar from the Kubernetes docs ("Quantity", common definitions): a decimal number, then a
 * binary suffix (`Ki` to `Ei`), a decimal one (`n` to `E`) or an exponent. Held as whole
 * thousandths in a bigint, so that sums are exact.
 */
export type Thousandths = bigint;

export const QUANTITY =
  /^\+?(?=\.?\d)(\d*)(?:\.(\d*))?(?:([KMGTPE]i)|([numkMGTPE])|[eE]([+-]?\d{1,2}))?$/;
const BINARY = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const DECIMAL = new Map([
  ["n", -9],
  ["u", -6],
  ["m", -3],
  ["k", 3],
  ["M", 6],
  ["G", 9],
  ["T", 12],
  ["P", 15],
  ["E", 18],
]);

/** Thousandths of a core. */
export const MILLICORE: Thousandths = 1n;
/** One mebibyte. */
export const MEBIBYTE: Thousandths = 1024n * 1024n * 1000n;

/**
 * The value of a quantity, rounded up to a thousandth as Kubernetes does.
 *
 * @returns undefined where the text is no quantity, or is too long or too large to be one
 */
export function parseQuantity(text: string): Thousandths | undefined {
  const match = text.length <= 32 ? QUANTITY.exec(text) : null;
  if (!match) return undefined;
  const [, whole = "", fraction = "", binary, decimal, exponent] = match;
  const power = decimal === undefined ? Number(exponent ?? 0) : (DECIMAL.get(decimal) ?? 0);
  const factor = binary === undefined ? 1n : 1024n ** BigInt(BINARY.indexOf(binary) + 1);
  const shift = power - fraction.length + 3;
  const digits = BigInt(whole + fraction) * factor;
  const value =
    shift >= 0 ? digits * 10n ** BigInt(shift) : divideUp(digits, 10n ** BigInt(-shift));
  return value <= MAX_QUANTITY ? value : undefined;
}

/** 2^63 - 1 units: what Kubernetes can hold. */
const MAX_QUANTITY: Thousandths = (2n ** 63n - 1n) * 1000n;

/** The smallest multiple of a step that is no less. */
export function roundedUp(amount: Thousandths, step: Thousandths): Thousandths {
  return divideUp(amount, step) * step;
}

export function larger(a: Thousandths, b: Thousandths): Thousandths {
  return a > b ? a : b;
}

/** In whole percent; undefined of nothing. */
export function percentOf(part: Thousandths, whole: Thousandths): number | undefined {
  return whole === 0n ? undefined : Math.round(Number((part * 1000n) / whole) / 10);
}

function divideUp(a: bigint, b: bigint): bigint {
  return (a + b - 1n) / b;
}

/** A sum of memory in the largest binary unit that keeps it whole: `2560Mi`. */
export function formatMemory(value: Thousandths): string {
  let amount = divideUp(value, 1000n);
  let suffix = "";
  for (const unit of BINARY) {
    if (amount === 0n || amount % 1024n !== 0n) break;
    amount /= 1024n;
    suffix = unit;
  }
  return `${amount}${suffix}`;
}

/** A sum of CPU in cores where it is whole, else in thousandths: `2`, `1250m`. */
export function formatCpu(value: Thousandths): string {
  return value % 1000n === 0n ? String(value / 1000n) : `${value}m`;
}
