import type { Prices } from "../cost/price.ts";
import { decimal, map, text } from "./field.ts";
import { CURRENCY } from "./formats.ts";
import type { ConfigValue } from "./value.ts";

const MAX_PRICE = 1_000_000;

/** The key `dash-scale:prices`. */
export const PRICES = map({
  help: "What CPU and memory cost you an hour: costs then have one more column, the price of a month of 730 hours.",
  otherwise: "none: costs have no prices",
  expected: "{ cpu: 0.045, memory: 0.005, currency: EUR }",
  typeName: "PriceSettings",
  fields: {
    cpu: decimal({
      help: "Price of one CPU that is requested, for an hour.",
      required: true,
      to: MAX_PRICE,
      example: 0.045,
    }),
    memory: decimal({
      help: "Price of one GiB of memory that is requested, for an hour.",
      required: true,
      to: MAX_PRICE,
      example: 0.005,
    }),
    currency: text({
      help: "Currency of both, by its code in ISO 4217.",
      required: true,
      pattern: CURRENCY,
      expected: "three capital letters",
      example: "EUR",
    }),
  },
});

/** Checks `dash-scale:prices`; undefined where there are none. */
export function checkPrices(value: ConfigValue): Prices | undefined {
  if (value.absent) return undefined;
  const { cpu, memory, currency } = PRICES.check(value);
  if (cpu === undefined || memory === undefined || currency === undefined) return undefined;
  return { cpu, memory, currency };
}
