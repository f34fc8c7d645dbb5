import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ParseArgsConfig } from "node:util";
import { CommandError } from "../../commands/system/errors.ts";
import { versions } from "../../local/versions.ts";
import { alone } from "../lane-cluster.ts";
import { load } from "../machine.ts";
import { loadImages, withCluster, type RealCluster } from "../nodes/cluster.ts";
import { imagesFolder, lanePaths } from "../nodes/layout.ts";
import type { LayerOptions } from "../nodes/layers.ts";
import { BenchStack } from "../nodes/stack.ts";
import { readResults, writeResults } from "../results.ts";
import { parsedWords } from "../words.ts";
import { APPS, type AppCase } from "./catalogue.ts";
import { APPS_FOLDER, appImage, servicesImage, type BuiltImage } from "./images.ts";
import { report, type Result } from "./report.ts";
import { startService } from "./services.ts";
import { trial } from "./trial.ts";
import { verdict } from "./verdict.ts";

const USAGE = `Usage: npm run bench -- apps [--only NAME,...]

Deploys small apps of many kinds in real containers on two real nodes on this machine, each by nothing but its name, its
image and its Procfile, and removes everything afterwards. Needs Debian and root; installs the Debian packages that are
not there.

  --only NAME,...  ${APPS.map(({ name }) => name).join(", ")}; default: all of them

The results are written into results/; with --only, the rows of the others stay as the same day's page has them.`;

/** `npm run bench -- apps`: whether apps of many kinds run at the first try. */
export async function apps(words: readonly string[]): Promise<void> {
  const { values } = parsedWords({ args: [...words], options: OPTIONS }, USAGE);
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const wanted = wantedOf(values.only.flatMap((names) => names.split(",")));
  await alone(lanePaths(), (run) => withCluster(run, [], (cluster) => tryAll(cluster, wanted)));
}

const OPTIONS = {
  help: { type: "boolean", short: "h", default: false },
  only: { type: "string", multiple: true, default: [] },
} satisfies ParseArgsConfig["options"];

function wantedOf(names: readonly string[]): readonly AppCase[] {
  const unknown = names.find((name) => !APPS.some((app) => app.name === name));
  if (unknown !== undefined) throw new CommandError(`There is no app "${unknown}".\n\n${USAGE}`);
  return names.length === 0 ? APPS : APPS.filter(({ name }) => names.includes(name));
}

/** @throws CommandError when one does not work, and nothing said so */
async function tryAll(cluster: RealCluster, wanted: readonly AppCase[]): Promise<void> {
  const loadBefore = load();
  const images = await imagesOf(cluster, wanted);
  const stack = await BenchStack.create(cluster);
  const results: Result[] = [];
  try {
    for (const app of wanted) results.push(await tried(stack, app));
  } finally {
    await stack.remove();
  }
  const { pulumi, kubernetes } = versions;
  const inImages = Object.assign({}, ...images.map((it) => it.versions));
  const ofToday = await rowsOfToday(cluster);
  const all = APPS.flatMap(({ name }) => {
    const isOf = (it: Result) => it.app.name === name;
    return results.find(isOf) ?? ofToday.data.find(isOf) ?? [];
  });
  const file = await writeResults({
    name: "apps",
    title: "Apps of many kinds, at the first try",
    versions: { ...ofToday.versions, pulumi, kubernetes, ...cluster.versions, ...inImages },
    text: report(all),
    data: all,
    loadBefore,
    plugins: cluster.environment.plugins,
  });
  cluster.report.say(`Written to ${file}`);
  const fails = results.filter((it) => it.verdict.kind === "fails").map(({ app }) => app.name);
  if (fails.length > 0) throw new CommandError(`Nothing said that these fail: ${fails.join(", ")}`);
}

interface Rows {
  readonly versions: Readonly<Record<string, string>>;
  readonly data: readonly Result[];
}

async function rowsOfToday({ environment }: RealCluster): Promise<Rows> {
  const text = await readResults("apps", environment.plugins);
  return text === undefined ? { versions: {}, data: [] } : JSON.parse(text);
}

async function imagesOf(
  cluster: RealCluster,
  wanted: readonly AppCase[],
): Promise<readonly BuiltImage[]> {
  const options: LayerOptions = { ...cluster, folder: imagesFolder() };
  const folders = [...new Set(wanted.map(({ folder }) => folder))];
  const services = [...new Set(wanted.flatMap(({ service }) => service ?? []))];
  const built: BuiltImage[] = services.length === 0 ? [] : [await servicesImage(options)];
  for (const folder of folders) built.push(await appImage(folder, options));
  await loadImages(
    cluster,
    built.map(({ image }) => image),
  );
  for (const service of services) await startService(cluster, service);
  return built;
}

async function tried(stack: BenchStack, app: AppCase): Promise<Result> {
  const procfile = await readFile(
    join(APPS_FOLDER, app.folder, app.procfile ?? "Procfile"),
    "utf8",
  );
  const facts = await trial(stack, app);
  const result = { app, procfile, facts, verdict: verdict(facts, app.cannot) };
  const { kind, why } = result.verdict;
  stack.cluster.report.say(`${app.name}: ${[kind, ...why].join(": ")}`);
  return result;
}
