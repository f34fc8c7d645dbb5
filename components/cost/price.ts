import type { Thousandths } from "../manifest/quantity.ts";
import { MEBIBYTE } from "../manifest/quantity.ts";

/** What is paid for an hour. */
export interface Prices {
  /** Of one CPU. */
  readonly cpu: number;
  /** Of one GiB of memory. */
  readonly memory: number;
  /** Its code in ISO 4217. */
  readonly currency: string;
}

/** As the price lists of the clouds have it: 365 days × 24 hours / 12. */
const HOURS_A_MONTH = 730;
const CORE = 1000;
const GIBIBYTE = Number(1024n * MEBIBYTE);

/** The price of what is requested for a month. */
export function monthlyPrice(
  requested: { readonly cpu: Thousandths; readonly memory: Thousandths },
  { cpu, memory }: Prices,
): number {
  const hour =
    (Number(requested.cpu) / CORE) * cpu + (Number(requested.memory) / GIBIBYTE) * memory;
  return hour * HOURS_A_MONTH;
}

/** As many digits as the currency has: cents, or none. */
export function priceText(amount: number, { currency }: Prices): string {
  const options = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions();
  return amount.toFixed(options.maximumFractionDigits ?? 2);
}

/** Of a column or a row: `EUR a month`. */
export function priceTitle({ currency }: Prices): string {
  return `${currency} a month`;
}
