import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import type { Problem } from "../../components/config/errors.ts";
import { ConfigError, throwIfAny } from "../../components/config/errors.ts";
import { IMAGE } from "../../components/config/image.ts";
import { DEFAULT_PROCFILE } from "../../components/procfile/procfile.ts";
import { UsageError } from "../command-line.ts";
import { appOf, entriesAt, FOLDER, namesImage, planFor, stackOf } from "../init/draft.ts";
import { environmentOf, stackYaml } from "../init/files.ts";
import { findProject } from "../project.ts";
import { warn } from "../scale/print.ts";
import { checked } from "./checked.ts";
import { readSource } from "./recognise.ts";
import { reportText, secretsText } from "./report.ts";

interface Options {
  readonly files: readonly string[];
  readonly stack: string;
  readonly image: string | undefined;
  readonly dryRun: boolean;
}

/**
 * Runs `dash-scale import` and returns its exit status.
 *
 * @throws ConfigError with all that is wrong; nothing is written then
 */
export async function run({ files, stack, image, dryRun }: Options): Promise<number> {
  if (image !== undefined && !IMAGE.test(image))
    throw new UsageError(`got --image ${image}; expected an image such as shop:1.4.2`);
  const project = findProject();
  const file = join(project.stacks, `Pulumi.${stack}.yaml`);
  throwIfAny(overwritten(file));
  const sources = files.map(readSource);
  const procfile = procfileOf(project.folder);
  const existing = entriesAt(join(project.folder, procfile));
  const { settled, result } = checked(sources, existing, (it) => {
    if (it.procfile === "") throw new ConfigError([{ location: procfile, message: NO_LINES }]);
    const app = appOf(it, existing);
    const target = { project, file, environment: environmentOf(stack) };
    const made = stackOf(app, { label: project.name, image, procfile }, target);
    return { text: stackYaml(made, target.environment), plan: planFor(app, made, target) };
  });
  const written = [
    { path: file, text: result.text },
    ...(settled.procfile === undefined
      ? []
      : [{ path: join(project.folder, procfile), text: settled.procfile }]),
  ];
  if (!dryRun) await write(written);
  process.stdout.write(`${reportText(sources, settled)}\n\n`);
  warn(result.plan);
  const needsImage = image === undefined && !namesImage(settled);
  process.stdout.write(dryRun ? dryRunText(written) : writtenText(written, stack, needsImage));
  process.stdout.write(secretsText(settled, [stack]));
  return 0;
}

const NO_LINES =
  "is not there, and no command was read that could stand in one; write it, with a line for each process such as web: gunicorn index:server";

function overwritten(file: string): Problem[] {
  const location = relative(process.cwd(), file);
  const message =
    "is there already, and nothing is overwritten; give another name with --stack, remove the file, or change its scale with npx dash-scale scale";
  return existsSync(file) ? [{ location, message }] : [];
}

/** From the project's folder: beside it, or above one that `dash-scale init` has made. */
function procfileOf(folder: string): string {
  const isBelow = basename(folder) === FOLDER && !existsSync(join(folder, DEFAULT_PROCFILE));
  return isBelow ? `../${DEFAULT_PROCFILE}` : DEFAULT_PROCFILE;
}

interface Written {
  readonly path: string;
  readonly text: string;
}

async function write(files: readonly Written[]): Promise<void> {
  for (const { path, text } of files) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { flag: "wx" });
  }
}

function dryRunText(files: readonly Written[]): string {
  const shown = files.map(({ path, text }) => `--- ${relative(process.cwd(), path)}\n${text}`);
  return `${shown.join("\n")}\nDry run: nothing was written.\n`;
}

function writtenText(files: readonly Written[], stack: string, needsImage: boolean): string {
  const paths = files.map(({ path }) => relative(process.cwd(), path)).join(", ");
  const steps = [
    ...(needsImage
      ? [`pulumi config set --path dash-scale:app.image YOUR-IMAGE --stack ${stack}`]
      : []),
    `npx dash-scale check --stack ${stack}`,
    `pulumi stack init ${stack}`,
    `pulumi up --stack ${stack}`,
  ];
  return `Written: ${paths}.\n\nNext:\n${steps.map((step) => `  ${step}\n`).join("")}`;
}
