import { existsSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { isMap } from "../components/config/is-map.ts";
import { ConfigError } from "../components/config/errors.ts";
import type { Project } from "../infra/project.ts";
import { readText, readYaml, valueOf } from "./yaml.ts";

/** A Pulumi project on disk. */
export interface ProjectOnDisk extends Project {
  /** The folder of its stack files. */
  readonly stacks: string;
}

const FILES = ["Pulumi.yaml", "Pulumi.yml"];

/**
 * The Pulumi project that a command is about, found as Pulumi finds it: `Pulumi.yaml` in the working
 * directory or the nearest folder above.
 *
 * Source: pulumi/pulumi, sdk/go/common/workspace/paths.go (DetectProjectPathFrom), project.go
 * (`stackConfigDir`).
 *
 * @throws ConfigError where there is none, or its file cannot be read
 */
export function findProject(from: string = process.cwd()): ProjectOnDisk {
  const file = projectFile(from);
  if (file === undefined) throw new ConfigError([{ location: "Pulumi.yaml", message: NONE }]);
  const folder = dirname(file);
  const shown = relative(process.cwd(), file);
  const settings = valueOf(readYaml(readText(file), shown).document);
  const { name, stackConfigDir: stacks } = isMap(settings) ? settings : {};
  return {
    name: typeof name === "string" ? name : basename(folder),
    folder,
    stacks: typeof stacks === "string" ? resolve(folder, stacks) : folder,
  };
}

const NONE =
  "is neither in this folder nor in one above; run the command in the folder of your Pulumi project, or make one: npx dash-scale init";

function projectFile(folder: string): string | undefined {
  const file = FILES.map((name) => join(folder, name)).find(existsSync);
  const above = dirname(folder);
  return file ?? (above === folder ? undefined : projectFile(above));
}
