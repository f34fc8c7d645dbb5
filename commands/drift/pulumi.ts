import { hasCode, CommandError } from "../system/errors.ts";
import { lastLines, run } from "../system/children.ts";
import type { ChosenStack } from "../command-line.ts";
import { hasLocal } from "../local.ts";
import type { Report } from "./report.ts";
import { readReport } from "./report.ts";
import type { StackTools } from "./stack-tools.ts";

/**
 * Compares what Pulumi has applied last with what is in the cluster.
 *
 * A refresh runs no program, so that what the stack file has changed since is left out of it; as a
 * preview it writes neither state nor cluster, and takes no lock.
 */
const REFRESH = ["refresh", "--preview-only", "--json", "--suppress-permalink=true"].concat(
  ["--non-interactive", "--color"],
  ["never"],
);

/**
 * What changes the form of the report, is refused beside it, or lets a cluster that does not answer
 * pass for an empty one.
 */
const NOT_HERE = {
  PULUMI_SKIP_CONFIRMATIONS: "false",
  PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "false",
  PULUMI_ENABLE_LEGACY_REFRESH_DIFF: "false",
  PULUMI_K8S_DELETE_UNREACHABLE: "false",
  PULUMI_K8S_SKIP_UPDATE_UNREACHABLE: "false",
};

/** @throws CommandError with Pulumi's own reason where Pulumi could not compare */
export async function refreshed(
  { stack, stackFile }: ChosenStack,
  access: StackTools,
  signal: AbortSignal,
): Promise<Report> {
  const env = { ...access.env, ...NOT_HERE };
  const file = stackFile === undefined ? [] : ["--config-file", stackFile];
  const args = [...REFRESH, "--stack", stack, ...file];
  const options = { env, cwd: access.project, signal };
  const { status, stdout, stderr } = await run(access.pulumi, args, options).catch(noPulumi);
  const report = readReport(stdout);
  if (status === 0 && report?.errors.length === 0) return report;
  const said = report && report.errors.length > 0 ? report.errors.join("\n") : stderr.trim();
  const unsaid = report ? `it ended with status ${status}` : "it printed no report; update Pulumi";
  throw new CommandError(
    `Pulumi could not compare the stack ${stack} with its cluster:\n${lastLines(said === "" ? unsaid : said.replace(/^error: /, ""))}`,
  );
}

function noPulumi(error: unknown): never {
  if (!hasCode(error, "ENOENT")) throw error;
  throw new CommandError(
    `There is no pulumi on the PATH. Install Pulumi${hasLocal() ? ", or, for the local cluster, run: npx dash-scale drift --local" : ""}`,
  );
}
