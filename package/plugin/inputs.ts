import type { Inputs } from "@pulumi/pulumi";
import { isUnknown } from "@pulumi/pulumi";
import { isMap } from "../../components/config/is-map.ts";
import { isOutput } from "../../components/config/output.ts";
import { valueOf } from "../../infra/provider-settings.ts";

/** The maps whose values may be secret, or known only later. */
const VARIABLES = new Set(["env", "secrets"]);

/**
 * The args as a program in TypeScript would give them. One secret in a map makes a secret of the
 * whole map on its way from a program in another language, though its names have to be known now.
 *
 * Source: pulumi/pulumi, sdk/nodejs/provider/server.ts (`deserializeInputs`).
 */
export async function argsOf(inputs: Inputs): Promise<Inputs> {
  const entries = Object.entries(inputs).map(async ([key, value]): Promise<[string, unknown]> => [
    key,
    VARIABLES.has(key) ? await withKnownNames(value) : value,
  ]);
  return Object.fromEntries(await Promise.all(entries));
}

/** What is not known yet stays an Output, which the check of the args reports. */
async function withKnownNames(value: unknown): Promise<unknown> {
  if (!isOutput(value)) return value;
  const found = await valueOf(value);
  if (isUnknown(found) || !isMap(found)) return value;
  return Object.fromEntries(
    Object.keys(found).map((name) => [
      name,
      value.apply((it) => (isMap(it) ? it[name] : undefined)),
    ]),
  );
}
