import { interruptible } from "../system/interrupt.ts";
import { stackTools } from "../stack-tools.ts";
import { clusterSettingsOf } from "../../infra/config.ts";
import type { ClusterSettings } from "../../infra/cluster/kubeconfig.ts";
import { locateStack, readStackFile } from "../stack-file.ts";
import { requireAnswer } from "./answers.ts";
import type { LiveObjects } from "./cluster.ts";
import { livingObjects } from "./cluster.ts";
import type { Drift } from "./drift.ts";
import { driftOf } from "./drift.ts";
import type { Options } from "./options.ts";
import { DRIFTED } from "./options.ts";
import { ownerOf } from "./owner.ts";
import type { ReportedDrift } from "./print.ts";
import { driftJson, driftLine, secretJson, secretLine } from "./print.ts";
import type { ChangedSecret } from "./secrets.ts";
import { changedSecrets } from "./secrets.ts";
import { refreshed } from "./pulumi.ts";
import type { Examined } from "./report.ts";

/** Runs `dash-scale drift` and returns its exit status. */
export async function run(options: Options): Promise<number> {
  const access = await stackTools(options.stack, options.local);
  const stack = options.local ? options.stack : locateStack(options).pulumiStack;
  const found = await interruptible(async (signal) => {
    if (!options.local) await requireAnswer(stack, settingsOf(options));
    const report = await refreshed({ ...options, stack }, access, signal);
    const secrets = await changedSecrets(report, { stack, tools: access, signal });
    const drifted = report.objects.toSorted(byName).flatMap(driftOf);
    const living = new Set(
      drifted.filter(({ change }) => change !== "deleted").map(({ object }) => object),
    );
    const live = await livingObjects([...living], report, access, signal);
    if (live.unknown !== undefined) {
      process.stderr.write(`Who changed it is unknown: ${live.unknown}\n`);
    }
    for (const reason of secrets.unknown) process.stderr.write(`${reason}\n`);
    return {
      count: report.objects.length,
      drifts: drifted.map((drift) => withOwner(drift, live)),
      secrets: secrets.changed,
    };
  });
  const shown = { ...options, stack };
  process.stdout.write(options.json ? asJson(found, shown) : asText(found, shown));
  return found.drifts.length + found.secrets.length > 0 ? DRIFTED : 0;
}

/** What was found out about a stack of so many objects. */
interface Found {
  readonly count: number;
  readonly drifts: readonly ReportedDrift[];
  readonly secrets: readonly ChangedSecret[];
}

function settingsOf(options: Options): ClusterSettings {
  return clusterSettingsOf(readStackFile(locateStack(options)));
}

/** Pulumi reports objects in the order in which the API server answers. */
function byName(a: Examined, b: Examined): number {
  return `${a.kind} ${a.name}`.localeCompare(`${b.kind} ${b.name}`, "en");
}

function withOwner(drift: Drift, { objects }: LiveObjects): ReportedDrift {
  if (drift.change === "deleted") return drift;
  const live = objects.get(drift.object.uid ?? "");
  const owner = live && ownerOf(live, drift.path, drift.object.fieldManager);
  return owner ? { ...drift, owner } : drift;
}

function asText({ drifts, count, secrets }: Found, { stack, local }: Options): string {
  if (drifts.length + secrets.length === 0) {
    const which =
      count === 0
        ? "has nothing in the cluster"
        : `has ${count === 1 ? "its only object as Pulumi left it" : `all ${count} objects as Pulumi left them`}`;
    return `No drift${local ? " on the local cluster" : ""}: the stack ${stack} ${which}.\n`;
  }
  const flag = stack === "dev" ? "" : ` --stack ${stack}`;
  const up = (refresh: string) =>
    local ? `npx dash-scale local up${refresh}${flag}` : `pulumi up${refresh} --stack ${stack}`;
  const lines = [
    ...drifts.map(driftLine),
    ...secrets.map(secretLine),
    "",
    ...(drifts.length === 0 ? [] : [`Put back with: ${up(" --refresh")}`]),
    ...(secrets.length === 0 ? [] : [`Replace the pods with: ${up("")}`]),
  ];
  return `${lines.join("\n")}\n`;
}

function asJson({ drifts, count, secrets }: Found, { stack }: Options): string {
  const drift = [...drifts.map(driftJson), ...secrets.map(secretJson)];
  return `${JSON.stringify({ stack, objects: count, drift }, undefined, 2)}\n`;
}
