import fc from "fast-check";
import { engineValues } from "./arbitraries/config.ts";
import { image } from "./arbitraries/image.ts";
import { largeProcfile, procfile } from "./arbitraries/procfile.ts";
import { quantity } from "./arbitraries/quantity.ts";
import { largeStack, stack } from "./arbitraries/stack.ts";
import { scaling } from "./arbitraries/words.ts";
import type { Input } from "./input.ts";

/** A kind of inputs: how they are made, and how many of all they are. */
export interface Kind {
  readonly name: string;
  readonly inputs: fc.Arbitrary<Input>;
  /** Of a thousand inputs. */
  readonly share: number;
}

export const KINDS: readonly Kind[] = [
  {
    name: "Procfile",
    share: 259,
    inputs: procfile.map((text): Input => ({ kind: "procfile", text })),
  },
  { name: "stack file", share: 250, inputs: stack.map((text): Input => ({ kind: "stack", text })) },
  {
    name: "engine's config",
    share: 180,
    inputs: engineValues.map((values): Input => ({ kind: "config", values })),
  },
  { name: "scale", share: 50, inputs: scaling.map((it): Input => ({ kind: "scale", ...it })) },
  { name: "image", share: 120, inputs: image.map((text): Input => ({ kind: "image", text })) },
  {
    name: "quantity",
    share: 140,
    inputs: fc
      .tuple(fc.constantFrom("memory", "cpu", "storage"), quantity)
      .map(([field, text]): Input => ({ kind: "quantity", field, text })),
  },
  {
    name: "large Procfile",
    share: 0.5,
    inputs: largeProcfile.map((text): Input => ({ kind: "procfile", text })),
  },
  {
    name: "large stack file",
    share: 0.5,
    inputs: largeStack.map((text): Input => ({ kind: "stack", text })),
  },
];
