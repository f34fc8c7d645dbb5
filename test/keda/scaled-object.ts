import type { Project } from "../e2e/project.ts";

/** Runs kubectl in a project's namespace. */
export function inNamespace(project: Project, ...args: string[]): Promise<string> {
  return project.kubectl("--namespace", project.namespace, ...args);
}

/** Returns when all replicas of a Deployment are available. */
export function available(project: Project, name: string): Promise<string> {
  return inNamespace(project, "rollout", "status", `deployment/${name}`);
}

/** What KEDA says of a ScaledObject. */
export function condition(project: Project, name: string, type: string): Promise<string> {
  const path = `jsonpath={.status.conditions[?(@.type=="${type}")].status}`;
  return inNamespace(project, "get", "scaledobject", name, "--output", path);
}

/** Shortens the five minutes that KEDA is told to wait before the last replica goes. */
export async function hurry(project: Project, name: string): Promise<void> {
  const spec = { cooldownPeriod: 5, initialCooldownPeriod: 1, pollingInterval: 1 };
  const patch = ["--type", "merge", "--patch", JSON.stringify({ spec })];
  await inNamespace(project, "patch", "scaledobject", name, ...patch);
}
