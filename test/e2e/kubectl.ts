import type { LocalEnvironment } from "../../local/environment.ts";
import type { RunOptions } from "../../commands/system/children.ts";

/** Runs kubectl and gives what it prints; a failure is an exception with its reason. */
export async function mustKubectl(
  environment: LocalEnvironment,
  args: readonly string[],
  options?: RunOptions,
): Promise<string> {
  const { status, stdout, stderr } = await environment.kubectl(args, options);
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

/** Has kubectl read an object, as it is or as text, where its arguments name a file. */
export async function kubectlWith(
  environment: LocalEnvironment,
  object: unknown,
  args: readonly string[],
): Promise<void> {
  const input = typeof object === "string" ? object : JSON.stringify(object);
  await mustKubectl(environment, [...args, "--filename", "-"], { input });
}
