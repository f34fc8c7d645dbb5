import type { StackTools } from "../drift/stack-tools.ts";
import { lastLines, run } from "../system/children.ts";
import { CommandError, hasCode } from "../system/errors.ts";
import type { HistoryEntry } from "./entries.ts";
import { readHistory } from "./entries.ts";

/**
 * The latest updates of a stack, latest first.
 *
 * @throws CommandError with Pulumi's own reason where Pulumi does not give them out
 */
export async function historyOf(
  stack: string,
  { pulumi, env, project }: StackTools,
  { count, signal }: { readonly count: number; readonly signal: AbortSignal },
): Promise<HistoryEntry[]> {
  // One more: what the oldest has changed is known by the one before it.
  const size = ["--page-size", String(count + 1), "--page", "1"];
  const args = ["stack", "history", "--json", ...size, "--stack", stack];
  const options = { env, cwd: project, signal };
  const { status, stdout, stderr } = await run(pulumi, args, options).catch(noPulumi);
  const history = stdout.trim() === "" ? [] : readHistory(stdout);
  if (status === 0 && history !== undefined) return history.slice(0, count);
  const said = stderr.trim().replace(/^error: /, "");
  const unsaid = `it ended with status ${status}, and printed no history`;
  throw new CommandError(
    `Pulumi does not give out the history of the stack ${stack}:\n${lastLines(said === "" ? unsaid : said)}`,
  );
}

function noPulumi(error: unknown): never {
  if (!hasCode(error, "ENOENT")) throw error;
  throw new CommandError("There is no pulumi on the PATH. Install Pulumi.");
}
