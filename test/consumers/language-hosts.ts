import { mkdir, realpath, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { interruptible } from "../../commands/system/interrupt.ts";
import type { LocalEnvironment } from "../../local/environment.ts";
import { toolsFolder } from "../../local/paths.ts";
import { reporter } from "../../local/system/progress.ts";
import type { ToolSet } from "../../local/tools/catalogue.ts";
import { findTools } from "../../local/tools/find.ts";
import { pythonSdkGenerator, yamlHost } from "../../local/tools/language-hosts.ts";
import { isExecutable, onPath } from "../../local/tools/on-path.ts";

/** Puts Pulumi's language host for YAML where the engine looks for plugins. */
export async function installYamlHost({ paths, plugins }: LocalEnvironment): Promise<void> {
  const { file, version } = await find(yamlHost);
  const [name = ""] = yamlHost.files;
  const folder = join(paths.pulumiHomes[plugins], "plugins", `language-yaml-v${version}`);
  await mkdir(folder, { recursive: true });
  await rm(join(folder, name), { force: true });
  await symlink(file, join(folder, name));
}

/** Pulumi's generator of SDKs for Python: a program that takes a schema and a folder. */
export async function pythonSdkMaker(): Promise<string> {
  return (await find(pythonSdkGenerator)).file;
}

/**
 * Why no program in Python can run here; undefined where one can. Pulumi's release has the language
 * host beside its CLI; nobody publishes the host as a Go module, from which it could be built.
 */
export async function whyNoPython({ programs }: LocalEnvironment): Promise<string | undefined> {
  const host = "pulumi-language-python";
  const beside = join(dirname(await realpath(programs.pulumi)), host);
  if (!(await isExecutable(beside)) && (await onPath(host)) === undefined)
    return `Pulumi's language host for Python (${host}) is neither beside the CLI nor on PATH, and cannot be built from Go modules`;
  return (await onPath("python3")) === undefined ? "there is no python3" : undefined;
}

async function find(set: ToolSet): Promise<{ file: string; version: string }> {
  const { programs, version } = await interruptible((signal) =>
    findTools(set, { folder: toolsFolder(), report: reporter(), signal }),
  );
  const [file = ""] = Object.values(programs);
  return { file, version };
}
