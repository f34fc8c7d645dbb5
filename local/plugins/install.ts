/**
 * Puts the stand-in plugins where the engine looks for plugins. Both are launchers that start the
 * TypeScript of this checkout, so a kept Pulumi CLI may serve several checkouts.
 *
 * Both go into the plugin folder of the run's own `PULUMI_HOME`. The engine looks there for a
 * language host, too, when there is none beside the `pulumi` binary and none on the PATH; one that
 * it finds on the PATH it uses with a warning at every run.
 */
import { chmod, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import pulumi from "@pulumi/pulumi/package.json" with { type: "json" };
import sdk from "@pulumi/kubernetes/package.json" with { type: "json" };

/** The version of the plugin that the installed SDK asks the engine for. */
const KUBERNETES_PLUGIN_VERSION: string = sdk.version;

/**
 * Installs both stand-ins. Doing it again changes nothing.
 *
 * @param pulumiHome the `PULUMI_HOME` of the run; never the user's own `~/.pulumi`
 */
export async function installStandIns(pulumiHome: string): Promise<void> {
  const plugins = join(pulumiHome, "plugins");
  const provider = join(plugins, `resource-kubernetes-v${KUBERNETES_PLUGIN_VERSION}`);
  const host = join(plugins, `language-nodejs-v${pulumi.version}`);
  await Promise.all([
    placeLauncher(provider, "pulumi-resource-kubernetes", "kubernetes"),
    placeLauncher(host, "pulumi-language-nodejs", "nodejs"),
    // Left by a download that was broken off, it would keep the engine from using the folder.
    rm(`${provider}.partial`, { force: true }),
  ]);
}

async function placeLauncher(folder: string, name: string, plugin: string): Promise<void> {
  const target = join(import.meta.dirname, plugin, name);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // Written beside and moved: a `pulumi` that runs meanwhile sees the old one or the new one.
  const fresh = join(folder, `.${name}.${String(process.pid)}`);
  await writeFile(fresh, `#!/bin/sh\nexec ${quoted(target)} "$@"\n`);
  await chmod(fresh, 0o755);
  await rename(fresh, join(folder, name));
}

/** As one word of a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
