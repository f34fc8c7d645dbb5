import fc from "fast-check";
import { ONE_VALUE_FIELDS } from "../../../components/config/scale.ts";
import { declared } from "./declared.ts";
import { quantity } from "./quantity.ts";
import { KEPT } from "./stack.ts";
import { mostly, slipped, strange } from "./texts.ts";

const type = mostly(
  fc.constantFrom("web", "web", "worker", "batch", "my-beat", "clock"),
  strange,
  30,
);
const count = mostly(
  fc.integer({ min: 0, max: 20 }).map(String),
  fc.oneof(fc.integer().map(String), strange),
  12,
);
const field = fc.oneof(
  ...Object.entries(ONE_VALUE_FIELDS).map(([name, one]) =>
    fc.tuple(fc.constant(name), mostly(declared(one), strange, 30).map(String)),
  ),
);
/** An autoscaler instead of a fixed number. */
const autoscaler = fc
  .tuple(type, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 4, max: 9 }))
  .map(([name, min, max]) => [`${name}.min=${min}`, `${name}.max=${max}`, `${name}.cpu=70`]);
const word = fc.oneof(
  fc.tuple(type, fc.constantFrom("=", "+", "-", "="), count).map((it) => it.join("")),
  fc.tuple(type, field).map(([name, [key, value]]) => `${name}.${key}=${value}`),
  fc
    .tuple(type, count, quantity)
    .map(([name, replicas, memory]) => `${name}=${replicas}:${memory}`),
  mostly(
    fc.constantFrom("--json", "--dry-run"),
    fc.constantFrom("--yes", "--jsn", "--stack=dev", "--", "-x"),
    3,
  ),
);
const any = mostly(fc.array(mostly(word, slipped(word), 8), { maxLength: 4 }), autoscaler, 6);

/**
 * A stack file that is kept here, and words of `dash-scale scale` for it. `--up` is left out: it
 * would run Pulumi.
 */
export const scaling = fc
  .tuple(mostly(fc.constantFrom(...KEPT), slipped(fc.constantFrom(...KEPT)), 6), any)
  .map(([text, words]) => ({ text, words: words.filter((it) => !/^(--up|-h|--h)/.test(it)) }));
