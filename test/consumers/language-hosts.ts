import { mkdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { interruptible } from "../../commands/system/interrupt.ts";
import type { LocalEnvironment } from "../../local/environment.ts";
import { toolsFolder } from "../../local/paths.ts";
import { reporter } from "../../local/system/progress.ts";
import { findTools } from "../../local/tools/find.ts";
import { yamlHost } from "../../local/tools/language-hosts.ts";

/** Puts Pulumi's language host for YAML where the engine looks for plugins. */
export async function installYamlHost({ paths, plugins }: LocalEnvironment): Promise<void> {
  const { programs, version } = await interruptible((signal) =>
    findTools(yamlHost, { folder: toolsFolder(), report: reporter(), signal }),
  );
  const [file = ""] = yamlHost.files;
  const folder = join(paths.pulumiHomes[plugins], "plugins", `language-yaml-v${version}`);
  await mkdir(folder, { recursive: true });
  await rm(join(folder, file), { force: true });
  await symlink(programs[file] ?? file, join(folder, file));
}
