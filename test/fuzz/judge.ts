import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { UsageError } from "../../commands/command-line.ts";
import { readOptions } from "../../commands/scale/options.ts";
import { run } from "../../commands/scale/run.ts";
import { stackConfiguration } from "../../commands/stack-file.ts";
import { ConfigError } from "../../components/config/errors.ts";
import { ROOT } from "../../infra/root.ts";
import { cronJobManifest } from "../../components/manifest/cron-job.ts";
import { deploymentManifest } from "../../components/manifest/deployment.ts";
import { isRunning, isScheduled } from "../../components/plan/process-plan.ts";
import { jobManifest } from "../../components/manifest/job.ts";
import type { StackArgs } from "../../components/config/types.ts";
import type { AppPlan } from "../../components/plan/app-plan.ts";
import { planStack } from "../../components/plan/app-plan.ts";
import { stackArgs } from "../../infra/config.ts";
import { argsOf } from "../support/plan.ts";
import type { Input, Verdict } from "./input.ts";

const PROJECT = { name: "dash-scale", folder: ROOT };
const STACK_FILE = "Pulumi.fuzz.yaml";

/** Hands an input to the program, and holds what comes of it against what is promised. */
export async function judge(input: Input): Promise<Verdict> {
  try {
    return input.kind === "scale"
      ? await judgeScale(input)
      : { outcome: "accepted", plan: digest(planStack(argsFrom(input))) };
  } catch (error) {
    return refusal(error, input);
  }
}

/**
 * What the program is given for an input that is no command.
 *
 * @param makeSecret makes secrets that can be declared; by default they can only be checked
 */
export function argsFrom(
  input: Exclude<Input, { kind: "scale" }>,
  makeSecret?: (value: unknown) => unknown,
): StackArgs {
  switch (input.kind) {
    case "procfile":
      return argsOf({ procfile: input.text });
    case "stack":
      return stackArgs(
        stackConfiguration(input.text, STACK_FILE, PROJECT.name),
        PROJECT,
        makeSecret,
      );
    case "config":
      return stackArgs({ values: input.values, secretKeys: [] }, PROJECT, makeSecret);
    case "image":
      return argsOf({ app: { image: input.text } });
    case "quantity":
      return argsOf({ scale: { web: { [input.field]: input.text } } });
  }
}

/** What is declared for a plan is worked out, too: no plan may fail there. */
function digest(plan: AppPlan): string {
  const references = { namespace: plan.settings.namespace, image: "image", serviceAccount: "app" };
  const manifests = [
    ...(plan.release ? [jobManifest(plan.release, references)] : []),
    ...plan.processes.filter(isRunning).map((it) => deploymentManifest(it, references)),
    ...plan.processes.filter(isScheduled).map((it) => cronJobManifest(it, references)),
  ];
  const { settings, traffic, network } = plan;
  const whole = JSON.stringify({ settings, traffic, network, manifests });
  return createHash("sha256").update(whole).digest("hex");
}

function refusal(error: unknown, input: Input): Verdict {
  // A command line is its own place, which the message quotes.
  if (error instanceof UsageError && input.kind === "scale")
    return { outcome: "refused", locations: [] };
  if (!(error instanceof ConfigError)) return { outcome: "broken", reason: description(error) };
  const locations = error.problems.map(({ location }) => location);
  const lost = locations.find((location) => !isPlace(location, input));
  if (locations.length === 0 || lost !== undefined)
    return { outcome: "broken", reason: `"${lost}" is no place: ${error.message}` };
  return { outcome: "refused", locations };
}

function isPlace(location: string, input: Input): boolean {
  if (/^[^\n]+:[1-9]\d*:[1-9]\d*$/.test(location) || /^dash-scale:[^\n]+$/.test(location))
    return true;
  return input.kind === "scale" && input.words.some((word) => location === (word || '""'));
}

function description(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${error.name}: ${error.message}\n${(error.stack ?? "").split("\n").slice(1, 6).join("\n")}`;
}

const folder = mkdtempSync(join(tmpdir(), "dash-scale-fuzz-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

/**
 * A refused command leaves the file as it is, byte by byte; one that writes, writes all of it and
 * nothing else.
 */
async function judgeScale({ text, words }: Input & { kind: "scale" }): Promise<Verdict> {
  const file = join(folder, STACK_FILE);
  const before = Buffer.from(text);
  writeFileSync(file, before);
  try {
    await run(readOptions(["--stack-file", file, ...words]));
  } catch (error) {
    if (readFileSync(file).equals(before) && isAlone()) throw error;
    return { outcome: "broken", reason: `refused, and yet written: ${description(error)}` };
  }
  if (!isAlone()) return { outcome: "broken", reason: "something is left beside the stack file" };
  const after = readFileSync(file, "utf8");
  const plan = planStack(stackArgs(stackConfiguration(after, STACK_FILE, PROJECT.name), PROJECT));
  return { outcome: "accepted", plan: digest(plan) };
}

function isAlone(): boolean {
  return readdirSync(folder).length === 1;
}
