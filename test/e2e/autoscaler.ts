import type { Project } from "./project.ts";

/**
 * Since when a HorizontalPodAutoscaler has had a condition, which is waited for: milliseconds since
 * 1970.
 */
export async function conditionSince(
  project: Project,
  name: string,
  condition: `${string}=${string}`,
): Promise<number> {
  const object = ["--namespace", project.namespace, `horizontalpodautoscaler/${name}`];
  await project.kubectl("wait", `--for=condition=${condition}`, ...object, "--timeout=100s");
  const [type] = condition.split("=");
  const path = `jsonpath={.status.conditions[?(@.type=="${type}")].lastTransitionTime}`;
  return Date.parse(await project.kubectl("get", ...object, "--output", path));
}
