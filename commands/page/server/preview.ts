/** What Pulumi says of a change that is not written yet. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { AppPlan } from "../../../components/plan/app-plan.ts";
import { parseObject } from "../../../infra/cluster/json.ts";
import type { StackTools } from "../../drift/stack-tools.ts";
import { measured } from "../../scale/measure.ts";
import { run } from "../../system/children.ts";
import { hasCode } from "../../system/errors.ts";
import type { PlannedChange, PreviewView } from "../api.ts";
import { previewIn } from "./events.ts";
import { errorText } from "./update.ts";

export interface PreviewOrder {
  readonly stack: string;
  readonly tools: StackTools;
  /** The stack file's text as it would be. */
  readonly text: string;
  readonly file: string;
  readonly refresh: boolean;
  /** Names of the objects that may change by the change of the scale. */
  readonly expected: ReadonlySet<string>;
}

/** Ends the options that would give another document than one at the end. */
const ONE_DOCUMENT = {
  PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "false",
  PULUMI_SKIP_CONFIRMATIONS: "false",
};

/**
 * Has Pulumi look at a stack file that is not there yet. Neither that file nor the stack's own is
 * touched, no lock is taken, and an update may go on beside it.
 */
export async function previewOf(order: PreviewOrder, signal: AbortSignal): Promise<PreviewView> {
  const { stack, tools, text, file, refresh, expected } = order;
  const folder = await mkdtemp(join(tmpdir(), "dash-scale-preview-"));
  try {
    const candidate = join(folder, basename(file));
    await writeFile(candidate, text, { mode: 0o600 });
    const args = ["preview", "--json", "--non-interactive", "--suppress-permalink=true"].concat(
      ["--color", "never", "--stack", stack, "--config-file", candidate],
      refresh ? ["--refresh"] : [],
    );
    const env = { ...tools.env, ...ONE_DOCUMENT };
    const { status, stdout, stderr } = await run(tools.pulumi, args, {
      env,
      cwd: tools.project,
      signal,
    });
    const document = parseObject(stdout);
    const view = previewIn(document ?? {}, ({ resource }: Pick<PlannedChange, "resource">) =>
      expected.has(resource.split(" ").at(-1) ?? ""),
    );
    if (status === 0 || view.errors.length > 0) return view;
    const said =
      stderr.trim() === "" ? `Pulumi ended with status ${status}` : errorText(stderr.trim());
    return { ...view, errors: [said] };
  } catch (error) {
    if (signal.aborted || !hasCode(error, "ENOENT")) throw error;
    return { changes: [], notes: [], warnings: [], errors: [NO_PULUMI] };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const NO_PULUMI =
  "There is no pulumi on the PATH, so the page can only write the stack file. Install Pulumi";

/** The objects of the process types that have another scale in one of two plans. */
export function objectsThatChange(before: AppPlan | undefined, after: AppPlan): Set<string> {
  const old = new Map(before && measured(before).formation.map((it) => [it.type, it]));
  const changed = new Set(
    measured(after)
      .formation.filter((it) => !isDeepStrictEqual(old.get(it.type), it))
      .map(({ type }) => type),
  );
  return new Set(after.processes.flatMap(({ type, name }) => (changed.has(type) ? name : [])));
}
