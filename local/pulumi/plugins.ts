import { mkdir, realpath, symlink } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { CommandError, reasonOf } from "../../commands/system/errors.ts";
import type { LocalPaths } from "../paths.ts";
import { installStandIns } from "../plugins/install.ts";
import { mustRun } from "../../commands/system/children.ts";
import { kubernetesPlugin, kubernetesPluginArchive } from "../tools/catalogue.ts";
import { findTools, ToolUnavailableError, type Search } from "../tools/find.ts";
import { isExecutable, onPath } from "../tools/on-path.ts";
import { versions } from "../versions.ts";

/** Whose language host and Kubernetes plugin Pulumi runs with. */
export type Plugins = "official" | "stand-in";

const LANGUAGE_HOST = "pulumi-language-nodejs";
const KUBERNETES_PLUGIN = "pulumi-resource-kubernetes";
const PLUGIN_FOLDER = `resource-kubernetes-v${versions.pulumiKubernetes}`;

/**
 * Gives Pulumi its two plugins: the official ones where they can be had, else the stand-ins.
 *
 * DASH_SCALE_PLUGINS=official or stand-in asks for one of them, for the tests.
 */
export async function providePlugins(
  paths: LocalPaths,
  pulumi: string,
  search: Search,
): Promise<Plugins> {
  const wanted = wantedPlugins(process.env["DASH_SCALE_PLUGINS"]);
  const missing =
    wanted === "stand-in" ? "as asked for" : await provideOfficial(paths, pulumi, search);
  if (missing === undefined) return "official";
  if (wanted === "official") {
    throw new CommandError(
      `DASH_SCALE_PLUGINS=official, but there are no official plugins: ${missing}`,
    );
  }
  search.report.say(`Pulumi runs with the stand-in plugins of local/plugins: ${missing}`);
  await installStandIns(paths.pulumiHomes["stand-in"]);
  return "stand-in";
}

function wantedPlugins(value: string | undefined): Plugins | undefined {
  if (value === undefined || value === "") return undefined;
  if (value === "official" || value === "stand-in") return value;
  throw new CommandError(
    `DASH_SCALE_PLUGINS is "${value}": only "official" and "stand-in" are allowed`,
  );
}

/** Returns what is missing where the official ones cannot be had. */
async function provideOfficial(
  paths: LocalPaths,
  pulumi: string,
  search: Search,
): Promise<string | undefined> {
  const beside = join(dirname(await realpath(pulumi)), LANGUAGE_HOST);
  if (!(await isExecutable(beside)) && !(await onPath(LANGUAGE_HOST))) {
    return `Pulumi's Node.js language host (${LANGUAGE_HOST}) is not here`;
  }
  const folder = join(paths.pulumiHomes.official, "plugins", PLUGIN_FOLDER);
  if (await isExecutable(join(folder, KUBERNETES_PLUGIN))) return undefined;
  if (await borrowFromUser(folder)) return undefined;
  try {
    const { programs } = await findTools(kubernetesPlugin, search);
    await installOfficial(paths, pulumi, programs[kubernetesPluginArchive] ?? "", search.signal);
    return undefined;
  } catch (error) {
    search.signal.throwIfAborted();
    const why = error instanceof ToolUnavailableError ? error.lastReason : reasonOf(error);
    return `Pulumi's Kubernetes plugin cannot be had: ${why}`;
  }
}

/** The person may have the very plugin already. Linked, so that theirs is only ever read. */
async function borrowFromUser(folder: string): Promise<boolean> {
  const home = process.env["PULUMI_HOME"] ?? join(homedir(), ".pulumi");
  const theirs = join(home, "plugins", PLUGIN_FOLDER, KUBERNETES_PLUGIN);
  if (!(await isExecutable(theirs))) return false;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await symlink(theirs, join(folder, KUBERNETES_PLUGIN));
  return true;
}

async function installOfficial(
  { pulumiHomes }: LocalPaths,
  pulumi: string,
  archive: string,
  signal: AbortSignal,
): Promise<void> {
  const env = {
    ...process.env,
    PULUMI_HOME: pulumiHomes.official,
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
  const args = ["plugin", "install", "resource", "kubernetes", versions.pulumiKubernetes];
  await mustRun(pulumi, [...args, "--file", archive, "--reinstall"], { env, signal });
}
