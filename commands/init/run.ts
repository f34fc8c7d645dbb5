import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import type { Problem } from "../../components/config/errors.ts";
import { ConfigError, throwIfAny } from "../../components/config/errors.ts";
import { APP_NAME } from "../../components/config/formats.ts";
import { IMAGE } from "../../components/config/image.ts";
import type { AppPlan } from "../../components/plan/app-plan.ts";
import { DEFAULT_PROCFILE } from "../../components/procfile/procfile.ts";
import { UsageError } from "../command-line.ts";
import { checked } from "../import/checked.ts";
import { readSource } from "../import/recognise.ts";
import { reportText, secretsText } from "../import/report.ts";
import { warn } from "../scale/print.ts";
import type { KnownApp } from "./draft.ts";
import { appOf, entriesAt, FOLDER, namesImage, planFor, stackOf } from "./draft.ts";
import type { Environment } from "./files.ts";
import { DEV, ENVIRONMENTS, projectFiles, stackPath } from "./files.ts";
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
  /** Files of other platforms. */
  readonly from: readonly string[];
  /** The app's folder. */
  readonly folder: string;
}

/** Where the project goes, and what is in it. */
interface Draft {
  readonly folder: string;
  readonly files: Readonly<Record<string, string>>;
  /** What each of its stacks comes to. */
  readonly plans: readonly AppPlan[];
  /** Whether the image is one to be filled in. */
  readonly needsImage: boolean;
  /** What was read from other platforms' files. */
  readonly report: string;
  readonly secrets: string;
}

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
  refuseOverwriting(draft);
  const [plan] = draft.plans;
  process.stdout.write(draft.report);
  if (plan) process.stdout.write(`${seenText(plan)}\n\n`);
  if (plan) warn(plan);
  const isThere = existsSync(join(draft.folder, GITIGNORE));
  const files = Object.entries(draft.files).filter(([path]) => path !== GITIGNORE || !isThere);
  if (!options.dryRun) await write(draft.folder, files);
  process.stdout.write(options.dryRun ? dryRunText(draft, files) : writtenText(draft));
  return 0;
}

function drafted(options: Options): Draft {
  const existing = entriesAt(join(options.folder, DEFAULT_PROCFILE));
  const sources = options.from.map(readSource);
  if (sources.length === 0) {
    if (existing) return draftOf(options, { entries: existing, settled: undefined });
    throw new ConfigError([{ location: DEFAULT_PROCFILE, message: NO_FILE }]);
  }
  const { settled, result } = checked(sources, existing, (it) => {
    if (it.procfile === "")
      throw new ConfigError([{ location: DEFAULT_PROCFILE, message: NO_FILE }]);
    return draftOf(options, appOf(it, existing));
  });
  const stacks = ENVIRONMENTS.map(({ stack }) => stack);
  const report = `${reportText(sources, settled)}\n\n`;
  return { ...result, report, secrets: secretsText(settled, stacks) };
}

const NO_FILE =
  "is not in this folder; run this in the app's, or write one with a line for each process, such as web: gunicorn index:server";

function draftOf(options: Options, app: KnownApp): Draft {
  const { folder: appFolder, here, image, name: given, pipeline } = options;
  if (given !== undefined && !APP_NAME.test(given))
    throw new UsageError(`got --name ${given}; expected a DNS label that begins with a letter`);
  if (image !== undefined && !IMAGE.test(image))
    throw new UsageError(`got --image ${image}; expected an image such as shop:1.4.2`);
  const name = given ?? nameFrom(basename(appFolder));
  const folder = here ? appFolder : join(appFolder, FOLDER);
  const procfile = here ? DEFAULT_PROCFILE : `../${DEFAULT_PROCFILE}`;
  const targetOf = (environment: Environment) => ({
    environment,
    project: { name, folder },
    file: join(folder, stackPath(environment.stack)),
  });
  const stack = stackOf(app, { label: name, image, procfile }, targetOf(DEV));
  const description = `Runs ${name} on Kubernetes`;
  const written = app.settled?.procfile;
  return {
    folder,
    plans: ENVIRONMENTS.map((it) => planFor(app, stack, targetOf(it))),
    files: {
      ...projectFiles({ ...stack, name, description, needs: needsOfProjects() }),
      ...(written !== undefined && { [procfile]: written }),
      ...pipelineFiles(pipeline, here),
    },
    needsImage: image === undefined && !(app.settled && namesImage(app.settled)),
    report: "",
    secrets: "",
  };
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

function dryRunText({ folder, secrets }: Draft, files: readonly [string, string][]): string {
  const shown = files.map(
    ([path, text]) => `--- ${relative(process.cwd(), join(folder, path))}\n${text}`,
  );
  return `${shown.join("\n")}\nDry run: nothing was written.\n${secrets}`;
}

function writtenText({ folder, files, needsImage, secrets }: Draft): string {
  const place = relative(process.cwd(), folder);
  const ignored =
    place === "" ? `\nAdd node_modules/ to ${GITIGNORE}, where that is not in it yet.` : "";
  const steps = [
    `${place === "" ? "" : `cd ${place} && `}npm install`,
    "npx dash-scale check",
    "pulumi stack init dev",
    ...(needsImage ? ["pulumi config set --path dash-scale:app.image YOUR-IMAGE --stack dev"] : []),
    "pulumi up --stack dev",
  ];
  const paths = Object.keys(files).join(", ");
  return `Written to ${place === "" ? "this folder" : `${place}/`}: ${paths}.${ignored}\n\nNext:\n${steps.map((step) => `  ${step}\n`).join("")}${secrets}`;
}
