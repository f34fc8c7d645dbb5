import { isStatus } from "./api-error.ts";
import type { HttpClient } from "./http.ts";
import { getPath, number } from "./json.ts";

/** What the cluster says of the PriorityClasses that an app names. */
export interface PriorityClasses {
  /** Names of those that the cluster does not have. */
  readonly missing: readonly string[];
  /** Pods of a priority below this one make room for each pod of the app. */
  readonly yieldsBelow: number;
  /** Whether the user may not see them. */
  readonly isHidden: boolean;
}

/** The priority of a pod without a class, unless the cluster has another default. */
const NO_CLASS = 0;

/** Reads PriorityClasses by name; of none, nothing is asked. */
export async function readPriorityClasses(
  http: HttpClient,
  names: readonly string[],
): Promise<PriorityClasses> {
  const found = await Promise.all(names.map((name) => yieldsBelow(http, name)));
  return {
    missing: names.filter((_, index) => found[index] === "missing"),
    // What is not known makes room for nobody.
    yieldsBelow: Math.min(
      NO_CLASS,
      ...found.map((it) => (typeof it === "number" ? it : -Infinity)),
    ),
    isHidden: found.includes("hidden"),
  };
}

async function yieldsBelow(http: HttpClient, name: string): Promise<number | "missing" | "hidden"> {
  const path = `/apis/scheduling.k8s.io/v1/priorityclasses/${encodeURIComponent(name)}`;
  try {
    const found = await http.send({ method: "GET", path });
    if (getPath(found, "preemptionPolicy") === "Never") return -Infinity;
    return number(getPath(found, "value")) ?? NO_CLASS;
  } catch (error) {
    if (isStatus(error, 404)) return "missing";
    if (isStatus(error, 403)) return "hidden";
    throw error;
  }
}
