import { isMap } from "../../components/config/is-map.ts";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { CommandError } from "../../commands/system/errors.ts";

/** Where a project keeps its stack files: `stackConfigDir` in Pulumi.yaml. */
interface StackFiles {
  readonly folder: string;
  /** The stacks there are, in alphabetical order. */
  readonly names: readonly string[];
}

async function stackFiles(project: string): Promise<StackFiles> {
  const settings = await readYaml(join(project, "Pulumi.yaml"));
  const relative = settings["stackConfigDir"];
  const folder = join(project, typeof relative === "string" ? relative : ".");
  const files = await readdir(folder).catch((): string[] => []);
  const names = files.flatMap((file) => /^Pulumi\.(.+)\.ya?ml$/.exec(file)?.[1] ?? []);
  return { folder, names: names.toSorted() };
}

/**
 * @throws CommandError when there is no file of that stack, or when it would not run on the local
 * cluster.
 */
export async function mustBeLocal(project: string, stack: string): Promise<void> {
  const files = await stackFiles(project);
  if (!files.names.includes(stack)) {
    const { didYouMean, listOr } = await import("../../components/config/errors.ts");
    throw new CommandError(
      `There is no stack "${stack}": ${files.folder} has ${listOr(files.names)}.${didYouMean(stack, files.names)}`,
    );
  }
  const config = await configOf(files, stack);
  if ("kubernetes:kubeconfig" in config) {
    throw new CommandError(
      `The stack "${stack}" sets kubernetes:kubeconfig, which leads to a cluster other than the local one: not run here.\n` +
        `Take it out to run the stack here, or run pulumi itself to reach that cluster.`,
    );
  }
  if ("dash-scale:cluster" in config) {
    throw new CommandError(
      `The stack "${stack}" names the cluster that it may run on, with dash-scale:cluster, and the local one is another: not run here.\n` +
        `Take it out to run the stack here, or run pulumi itself to reach that cluster.`,
    );
  }
}

/**
 * Every context and cluster that the stack files name, for the kubeconfig in which they all are the
 * local cluster.
 */
export async function clusterNames(project: string): Promise<string[]> {
  const files = await stackFiles(project);
  const configs = await Promise.all(files.names.map((stack) => configOf(files, stack)));
  return configs
    .flatMap((config) => [config["kubernetes:context"], config["kubernetes:cluster"]])
    .filter((name) => typeof name === "string");
}

async function configOf(files: StackFiles, stack: string): Promise<Record<string, unknown>> {
  const { config } = await readYaml(join(files.folder, `Pulumi.${stack}.yaml`));
  return isMap(config) ? config : {};
}

/** A file that is no YAML is Pulumi's to complain of: it says where. */
async function readYaml(file: string): Promise<Record<string, unknown>> {
  const text = await readFile(file, "utf8");
  try {
    const value: unknown = parse(text, { logLevel: "silent" });
    return isMap(value) ? value : {};
  } catch {
    return {};
  }
}
