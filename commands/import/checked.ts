import type { Problem } from "../../components/config/errors.ts";
import { attempted, ConfigError } from "../../components/config/errors.ts";
import { joined } from "../../components/config/value.ts";
import type { ProcfileEntry } from "../../components/procfile/procfile.ts";
import type { Fact, Source } from "./facts.ts";
import type { Settled } from "./settle.ts";
import { settle } from "./settle.ts";

/**
 * What sources come to, checked as `pulumi up` does. What the check refuses of them is left out,
 * with what the check says.
 *
 * @param check throws a ConfigError with all that is wrong
 * @throws ConfigError with what is wrong and comes from no source, such as a mistake in the Procfile
 */
export function checked<Result>(
  sources: readonly Source[],
  existing: readonly ProcfileEntry[] | undefined,
  check: (settled: Settled) => Result,
): { readonly settled: Settled; readonly result: Result } {
  const dropped = new Map<Fact, string>();
  const all = new Set(sources.flatMap(({ facts }) => facts));
  for (;;) {
    const settled = settle({ sources, existing, dropped });
    const result = attempted(() => check(settled));
    if (!(result instanceof ConfigError)) return { settled, result };
    const before = dropped.size;
    for (const { fact, message } of result.problems.flatMap((it) => blamed(it, settled)))
      if (all.has(fact) && !dropped.has(fact)) dropped.set(fact, message);
    if (dropped.size === before) throw result;
  }
}

/** What of the sources a mistake comes from. */
function blamed(
  { location, message }: Problem,
  { owners, lineOwners }: Settled,
): { readonly fact: Fact; readonly message: string }[] {
  const line = /^Procfile:(\d+):/.exec(location)?.[1];
  const owner = line === undefined ? undefined : lineOwners[Number(line) - 1];
  if (owner) return [{ fact: owner, message }];
  return owners
    .filter(({ path }) => isAbout(location, path.reduce(joined, "dash-scale:")))
    .map(({ fact }) => ({ fact, message }));
}

/** Keys that are right together or not at all. */
const EXPOSURE = /^dash-scale:app\.(host|ingress)(\.|$)/;

/** Whether a mistake at a key is one of another key: the same, one below, or the entry above. */
function isAbout(location: string, key: string): boolean {
  const isEntry = location.includes(".");
  return (
    location === key ||
    location.startsWith(`${key}.`) ||
    location.startsWith(`${key}[`) ||
    (isEntry && [".", "["].some((next) => key.startsWith(`${location}${next}`))) ||
    (EXPOSURE.test(location) && EXPOSURE.test(key))
  );
}
