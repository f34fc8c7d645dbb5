import { availableParallelism } from "node:os";
import { relative } from "node:path";
import process from "node:process";
import { UsageError } from "../../commands/command-line.ts";
import { listOr, preview } from "../../components/config/errors.ts";
import { table } from "../../components/cost/text-table.ts";
import { openEnvironment } from "../../local/environment.ts";
import { CommandError } from "../../commands/system/errors.ts";
import { referenceTo } from "../../local/plugins/kubernetes/cluster/cluster.ts";
import { pathsOfCheckout } from "../../local/paths.ts";
import { corpus, disagreement, keep } from "./corpus.ts";
import type { Declarable } from "./declared.ts";
import { dryRun } from "./dry-run.ts";
import type { Input } from "./input.ts";
import type { Kind } from "./kinds.ts";
import { KINDS } from "./kinds.ts";
import type { Options } from "./options.ts";
import type { Outcome } from "./run.ts";
import { fuzz } from "./run.ts";
import { Watched } from "./watched.ts";

/** Runs `npm run fuzz` and returns its exit status. */
export async function fuzzAll(options: Options): Promise<number> {
  const kinds = KINDS.filter(({ name }) => options.kind === undefined || name === options.kind);
  if (kinds.length === 0)
    throw new UsageError(`--kind is ${listOr(KINDS.map(({ name }) => name))}`);
  say(`Seed ${options.seed}`);
  const slips = await replay();
  const began = performance.now();
  const outcomes = await allOf(kinds, options);
  report(outcomes, (performance.now() - began) / 1000);
  slips.push(...outcomes.flatMap(slipsOf));
  slips.push(...(await sampled(outcomes, options.samples)));
  for (const slip of slips) say(`FAILED: ${slip}`);
  return slips.length === 0 ? 0 : 1;
}

/** Every case of the corpus, and what is wrong with what the program makes of it. */
async function replay(): Promise<string[]> {
  const watched = new Watched();
  const slips: string[] = [];
  const cases = corpus();
  for (const it of cases) {
    const slip = disagreement(it, await watched.judge(it.input));
    if (slip !== undefined) slips.push(`corpus/${it.name} (${it.why}): ${slip}`);
  }
  await watched.close();
  say(`Corpus: ${cases.length} cases, ${slips.length} failed`);
  return slips;
}

/**
 * As many kinds at a time as there are processors: one thread makes inputs, the others judge them.
 */
async function allOf(
  kinds: readonly Kind[],
  { inputs, seed, samples }: Options,
): Promise<Outcome[]> {
  const total = kinds.reduce((sum, { share }) => sum + share, 0);
  const waiting = [...kinds];
  const outcomes: Outcome[] = [];
  const work = async () => {
    for (let kind = waiting.shift(); kind; kind = waiting.shift()) {
      const run = { inputs: Math.ceil((inputs * kind.share) / total), seed, samples };
      outcomes.push(await fuzz(kind, run));
      say(`${kind.name}: ${run.inputs} inputs tried`);
    }
  };
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, work));
  return outcomes;
}

function report(outcomes: readonly Outcome[], seconds: number): void {
  const right = (title: string) => ({ title, align: "right" }) as const;
  const sum = (of: "accepted" | "refused") => outcomes.reduce((all, it) => all + it[of], 0);
  const row = (name: string, accepted: number, refused: number) => {
    const all = accepted + refused;
    return [
      name,
      String(all),
      `${Math.round((100 * accepted) / Math.max(1, all))} %`,
      String(accepted),
      String(refused),
    ];
  };
  const columns = [
    { title: "inputs" },
    right("number"),
    right("accepted"),
    right(""),
    right("refused"),
  ];
  const rows = outcomes.map(({ kind, accepted, refused }) => row(kind, accepted, refused));
  const total = sum("accepted") + sum("refused");
  say(table(columns, [...rows, row("total", sum("accepted"), sum("refused"))]));
  say(`${total} inputs in ${seconds.toFixed(0)} s: ${Math.round(total / seconds)} a second`);
}

/** A kind that is always or never accepted tests nothing. */
function slipsOf({ kind, accepted, refused, broken }: Outcome): string[] {
  if (broken) {
    const file = relative(process.cwd(), keep(broken.input, broken.reason));
    return [`${kind}: ${broken.reason}\n  by ${preview(broken.input)}, kept in ${file}`];
  }
  return [
    ...(accepted === 0 ? [`${kind}: none was accepted`] : []),
    ...(refused === 0 ? [`${kind}: none was refused`] : []),
  ];
}

/** Some of the plans as a dry run on the cluster of `npm start`, where it runs. */
async function sampled(outcomes: readonly Outcome[], most: number): Promise<string[]> {
  if (most === 0) return [];
  const inputs = interleaved(outcomes.map(({ samples }) => samples.filter(isDeclarable))).slice(
    0,
    most,
  );
  const environment = await openEnvironment(pathsOfCheckout()).catch((error: unknown) => {
    if (error instanceof CommandError) return error;
    throw error;
  });
  if (environment instanceof CommandError) {
    say(`No dry run of ${inputs.length} plans: ${environment.message}`);
    return [];
  }
  const { plans, objects, unknown, refusals } = await dryRun(environment.paths.kubeconfig, inputs);
  const left = [...unknown].map(([kind, count]) => `${count} × ${kind}`);
  const without =
    left.length === 0 ? "" : `, without the kinds that it does not have (${left.join(", ")})`;
  say(
    `The API server has judged ${objects} objects of ${plans} plans${without}: ${refusals.length} refused`,
  );
  return refusals.map(({ input, object, reason }) => {
    const file = relative(process.cwd(), keep(input, `the API server refuses it: ${reason}`));
    return `${referenceTo(object).kind}: ${reason}\n  kept in ${file}`;
  });
}

function isDeclarable(input: Input): input is Declarable {
  return input.kind !== "scale";
}

/** The first of each list, then the second of each, … */
function interleaved<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, index) =>
    lists.flatMap((list) => list.slice(index, index + 1)),
  ).flat();
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
