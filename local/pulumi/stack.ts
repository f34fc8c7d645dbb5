import type { LocalEnvironment } from "../environment.ts";
import { CommandError } from "../../commands/system/errors.ts";
import { lastLines } from "../../commands/system/children.ts";

/**
 * Creates a stack in the local backend unless it is there. A stack file with an `encryptionsalt`
 * stays as it is.
 */
export async function ensureStack(
  environment: LocalEnvironment,
  stack: string,
  signal?: AbortSignal,
): Promise<void> {
  const args = ["stack", "select", stack, "--create", "--non-interactive", "--color", "never"];
  const { status, stderr } = await environment.pulumi(args, signal ? { signal } : {});
  if (status !== 0) {
    throw new CommandError(`The stack "${stack}" cannot be created:\n${lastLines(stderr)}`);
  }
}
