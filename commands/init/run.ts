import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import type { Problem } from "../../components/config/errors.ts";
import { ConfigError, throwIfAny } from "../../components/config/errors.ts";
import { APP_NAME } from "../../components/config/formats.ts";
import { IMAGE } from "../../components/config/image.ts";
import type { AppPlan } from "../../components/plan/app-plan.ts";
import { WEB } from "../../components/plan/process-plan.ts";
import { DEFAULT_PROCFILE, readProcfile } from "../../components/procfile/procfile.ts";
import { mustBeSingleton } from "../../components/procfile/singleton.ts";
import { UsageError } from "../command-line.ts";
import { planOf } from "../plan.ts";
import { warn } from "../scale/print.ts";
import type { NewProcess } from "./files.ts";
import { projectFiles } from "./files.ts";
import { needsOfProjects } from "./own-package.ts";
import type { Pipeline } from "./pipeline.ts";
import { pipelineFile } from "./pipeline.ts";
import { seenText } from "./seen.ts";

interface Options {
  readonly image: string | undefined;
  readonly name: string | undefined;
  /** Whether the project is the app's folder itself. */
  readonly here: boolean;
  readonly pipeline: Pipeline | undefined;
  readonly dryRun: boolean;
  /** The app's folder. */
  readonly folder: string;
}

/** Where the project goes, and what is in it. */
interface Draft {
  readonly folder: string;
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
}

/** Of a project beside an app, from the app's. */
const FOLDER = "deploy";
const RELEASE = "release";
/** May be the app's own: it is left as it is. */
const GITIGNORE = ".gitignore";

/**
 * Runs `dash-scale init` and returns its exit status.
 *
 * @throws ConfigError with all mistakes in the Procfile, or the files that are there already;
 * nothing is written then
 */
export async function run(options: Options): Promise<number> {
  const draft = drafted(options);
  const plans = ["dev", "production"].map((stack) => planned(draft, stack));
  refuseOverwriting(draft);
  const [plan] = plans;
  if (plan) process.stdout.write(`${seenText(plan)}\n\n`);
  if (plan) warn(plan);
  const isThere = existsSync(join(draft.folder, GITIGNORE));
  const files = Object.entries(draft.files).filter(([path]) => path !== GITIGNORE || !isThere);
  if (!options.dryRun) await write(draft.folder, files);
  process.stdout.write(options.dryRun ? dryRunText(draft, files) : writtenText(draft, options));
  return 0;
}

function drafted(options: Options): Draft {
  const { folder: app, here, image, name: given, pipeline } = options;
  if (given !== undefined && !APP_NAME.test(given))
    throw new UsageError(`got --name ${given}; expected a DNS label that begins with a letter`);
  if (image !== undefined && !IMAGE.test(image))
    throw new UsageError(`got --image ${image}; expected an image such as shop:1.4.2`);
  const name = given ?? nameFrom(basename(app));
  const folder = here ? app : join(app, FOLDER);
  const project = {
    name,
    label: name,
    description: `Runs ${name} on Kubernetes`,
    image,
    procfile: here ? DEFAULT_PROCFILE : `../${DEFAULT_PROCFILE}`,
    processes: processesIn(join(app, DEFAULT_PROCFILE)),
    needs: needsOfProjects(),
  };
  const draft = (isCounted: boolean): Draft => ({
    folder,
    name,
    files: { ...projectFiles({ ...project, isCounted }), ...pipelineFiles(pipeline, here) },
  });
  const web = planned(draft(false), "dev").processes.find(({ type }) => type === WEB);
  return draft(web?.workers !== undefined && web.threads !== undefined);
}

/** A pipeline belongs to the whole repository, and so above a project in a folder of its own. */
function pipelineFiles(pipeline: Pipeline | undefined, here: boolean): Draft["files"] {
  if (pipeline === undefined) return {};
  const { path, text } = pipelineFile(pipeline, here ? "" : FOLDER);
  return { [here ? path : `../${path}`]: text };
}

/** The nearest DNS label that begins with a letter. */
function nameFrom(folder: string): string {
  const label = folder
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .slice(0, 40)
    .replace(/-+$/, "");
  return label === "" ? "app" : label;
}

/** @throws ConfigError where there is no Procfile, or it has mistakes */
function processesIn(file: string): NewProcess[] {
  if (!existsSync(file)) throw new ConfigError([{ location: DEFAULT_PROCFILE, message: NO_FILE }]);
  const { entries, problems } = readProcfile(file);
  throwIfAny(problems);
  return entries
    .filter(({ type }) => type !== RELEASE)
    .map((entry) => ({ type: entry.type, singleton: mustBeSingleton(entry) }));
}

const NO_FILE =
  "is not in this folder; run this in the app's, or write one with a line for each process, such as web: gunicorn index:server";

/** What is about to be written is checked as `dash-scale check` does. */
function planned({ folder, name, files }: Draft, stack: string): AppPlan {
  const path = `stacks/Pulumi.${stack}.yaml`;
  const text = files[path] ?? "";
  return planOf({ text, file: join(folder, path), project: { name, folder } });
}

function refuseOverwriting({ folder, files }: Draft): void {
  const problems: Problem[] = [];
  for (const path of Object.keys(files)) {
    const file = join(folder, path);
    if (path === GITIGNORE || !existsSync(file)) continue;
    const message = "is there already, and nothing is overwritten; change it by hand, or remove it";
    problems.push({ location: relative(process.cwd(), file), message });
  }
  throwIfAny(problems);
}

async function write(folder: string, files: readonly [string, string][]): Promise<void> {
  for (const [path, text] of files) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, { flag: "wx" });
  }
}

function dryRunText({ folder }: Draft, files: readonly [string, string][]): string {
  const shown = files.map(
    ([path, text]) => `--- ${relative(process.cwd(), join(folder, path))}\n${text}`,
  );
  return `${shown.join("\n")}\nDry run: nothing was written.\n`;
}

function writtenText({ folder, files }: Draft, { image }: Options): string {
  const place = relative(process.cwd(), folder);
  const ignored =
    place === "" ? `\nAdd node_modules/ to ${GITIGNORE}, where that is not in it yet.` : "";
  const steps = [
    `${place === "" ? "" : `cd ${place} && `}npm install`,
    "npx dash-scale check",
    "pulumi stack init dev",
    ...(image === undefined
      ? ["pulumi config set --path dash-scale:app.image YOUR-IMAGE --stack dev"]
      : []),
    "pulumi up --stack dev",
  ];
  const paths = Object.keys(files).join(", ");
  return `Written to ${place === "" ? "this folder" : `${place}/`}: ${paths}.${ignored}\n\nNext:\n${steps.map((step) => `  ${step}\n`).join("")}`;
}
