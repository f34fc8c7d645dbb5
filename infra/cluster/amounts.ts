/** What pods ask for and nodes have, as it stands in the API's objects. */
import type { Amounts, ByName } from "../../components/fit/capacity.ts";
import { larger, NOTHING, plus } from "../../components/fit/capacity.ts";
import { parseQuantity } from "../../components/manifest/quantity.ts";
import type { Json } from "./json.ts";
import { getPath, isObject, list } from "./json.ts";

/** A list of resources; what is no quantity, or not of these, is left out. */
export function amounts(resources: Json | undefined): Amounts {
  const found = byName(resources);
  return {
    cpu: found["cpu"] ?? 0n,
    memory: found["memory"] ?? 0n,
    storage: found["ephemeral-storage"] ?? 0n,
  };
}

/** Every quantity of a map, by its name. */
export function byName(resources: Json | undefined): ByName {
  if (!isObject(resources)) return {};
  return Object.fromEntries(
    Object.entries(resources).flatMap(([name, value]) => {
      const quantity = parseQuantity(typeof value === "string" ? value : JSON.stringify(value));
      return quantity === undefined ? [] : [[name, quantity]];
    }),
  );
}

/**
 * What a pod takes, as the scheduler and the quotas count it: all containers, or the one that takes
 * most of those that run before them; those that run before and keep running (sidecars) count with
 * both. A pod's own amounts stand for these.
 *
 * Source: k8s.io/component-helpers, resource/helpers.go (PodRequests, PodLimits).
 */
export function podAmounts(spec: Json | undefined, kind: "requests" | "limits"): Amounts {
  const of = (container: Json) => amounts(getPath(container, "resources", kind));
  let running = list(getPath(spec, "containers")).map(of).reduce(plus, NOTHING);
  let sidecars = NOTHING;
  let starting = NOTHING;
  for (const container of list(getPath(spec, "initContainers"))) {
    const own = of(container);
    starting = larger(starting, plus(sidecars, own));
    if (getPath(container, "restartPolicy") !== "Always") continue;
    sidecars = plus(sidecars, own);
    running = plus(running, own);
  }
  const stated = byName(getPath(spec, "resources", kind));
  const contained = larger(running, starting);
  const whole = {
    cpu: stated["cpu"] ?? contained.cpu,
    memory: stated["memory"] ?? contained.memory,
    storage: contained.storage,
  };
  return plus(whole, overhead(spec, kind, whole));
}

/** Of a runtime that takes something for itself; it raises no limit that is not set. */
function overhead(spec: Json | undefined, kind: "requests" | "limits", of: Amounts): Amounts {
  const own = amounts(getPath(spec, "overhead"));
  if (kind === "requests") return own;
  return {
    cpu: of.cpu > 0n ? own.cpu : 0n,
    memory: of.memory > 0n ? own.memory : 0n,
    storage: of.storage > 0n ? own.storage : 0n,
  };
}
