import fc from "fast-check";
import { mostly, slipped, strange } from "./texts.ts";

const number = fc.oneof(
  fc.integer({ min: 0, max: 4096 }).map(String),
  fc.stringMatching(/^[0-9]{0,3}\.[0-9]{0,3}$/),
  fc.stringMatching(/^[+-]?[0-9]{1,25}$/),
  fc.double().map(String),
);
const suffix = fc.constantFrom(
  ..."Mi Gi M G m".split(" "),
  ..."k K Ki u n T Ti P Pi E Ei e3 E3 e-2 e".split(" "),
  "",
);

/** Kubernetes quantities, right ones and nearly right ones. */
export const quantity: fc.Arbitrary<string> = mostly(
  slipped(fc.tuple(number, suffix).map((parts) => parts.join(""))),
  fc.oneof(strange, fc.string()),
  20,
);
