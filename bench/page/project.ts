import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { ROOT } from "../../infra/root.ts";
import type { LaneCluster } from "../lane-cluster.ts";
import { mustPulumi } from "../lane-cluster.ts";

/** A project with one stack, as its users have it, and what is in its files. */
export interface ProjectFiles {
  readonly folder: string;
  readonly app: string;
  readonly stack: string;
  readonly procfile: string;
  /** What stands below `config`, beside the app. */
  readonly config: object;
}

export async function makeProject(cluster: LaneCluster, files: ProjectFiles): Promise<void> {
  const { folder, app, stack, procfile } = files;
  await mkdir(join(folder, "stacks"), { recursive: true });
  for (const part of ["package.json", "infra", "components"])
    await cp(join(ROOT, part), join(folder, part), { recursive: true });
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
  const settings = await readFile(join(ROOT, "Pulumi.yaml"), "utf8");
  await writeFile(join(folder, "Pulumi.yaml"), settings.replace(/^name: .*$/m, `name: ${app}`));
  await writeFile(join(folder, "Procfile"), procfile);
  await writeConfig(files);
  await mustPulumi(cluster, folder, ["stack", "init", stack]);
}

/** Writes the stack file; what Pulumi itself keeps there stays. */
export async function writeConfig({ folder, app, stack, config }: ProjectFiles): Promise<void> {
  const file = join(folder, "stacks", `Pulumi.${stack}.yaml`);
  const before = await readFile(file, "utf8").catch(() => "");
  const salt = /^encryptionsalt: .*\n/m.exec(before)?.[0] ?? "";
  const settings = {
    name: app,
    procfile: "Procfile",
    framework: "dash",
    image: `registry.example.com/${app}:1.4.2`,
    maxReplicas: 5000,
  };
  await writeFile(
    file,
    `${stringify({ config: { "dash-scale:app": settings, ...config } })}${salt}`,
  );
}

export async function applyProject(
  cluster: LaneCluster,
  { folder, stack }: ProjectFiles,
  message: string,
): Promise<void> {
  const args = ["up", "--yes", "--skip-preview", "--stack", stack, "--message", message];
  await mustPulumi(cluster, folder, args);
}
