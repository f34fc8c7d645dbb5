/**
 * What a preview may promise: the object as the cluster would make it, less what it decides later.
 */
import { getPath, isObject, withValue } from "../shared/json.ts";
import type { JsonObject } from "../shared/json.ts";
import { withoutManagedFields } from "./checkpoint.ts";
import { isWaitedFor } from "./wait/readiness.ts";
import { UNKNOWN } from "./unknowns.ts";

const EVERY_TIME = ["generation", "resourceVersion"];
const ONCE = ["creationTimestamp", "uid"];

/**
 * @param planned the object as a dry run says it would be, or its inputs where none was possible
 * @param before the object as the state has it, for an update
 */
export function promised(planned: JsonObject, before: JsonObject | undefined): JsonObject {
  if (!isObject(planned["metadata"])) return planned;
  let result = withoutManagedFields(planned);
  for (const field of EVERY_TIME) result = withValue(result, ["metadata", field], UNKNOWN);
  for (const field of ONCE) {
    const known = getPath(before, "metadata", field) ?? UNKNOWN;
    result = withValue(result, ["metadata", field], known);
  }
  if (isWaitedFor(planned)) result = withValue(result, ["status"], UNKNOWN);
  return planned["kind"] === "Service" ? withClusterIp(result, before) : result;
}

/** A dry run makes up an address that the real run does not get. */
function withClusterIp(service: JsonObject, before: JsonObject | undefined): JsonObject {
  if (before !== undefined || getPath(service, "spec", "clusterIP") === "None") return service;
  const ip = withValue(service, ["spec", "clusterIP"], UNKNOWN);
  return withValue(ip, ["spec", "clusterIPs"], UNKNOWN);
}
