import { dirname, join } from "node:path";
import { isMap } from "../../../components/config/is-map.ts";
import { readApp } from "../../../components/procfile/app-files.ts";
import { stackArgs } from "../../../infra/config.ts";
import type { StackFile } from "../../scale/decide.ts";
import { stackConfiguration } from "../../stack-file.ts";

/**
 * The folders of the files that a plan is made from, beside the stack file: that of the Procfile,
 * and those in which its commands run.
 *
 * @throws ConfigError where the stack file is not YAML
 */
export function appFolders({ text, file, project }: StackFile): string[] {
  const app: unknown = stackArgs(stackConfiguration(text, file, project.name), project).app;
  const procfile = isMap(app) ? app["procfile"] : undefined;
  if (typeof procfile !== "string") return [];
  const { folders, scripts } = readApp(procfile);
  const inside = [...folders.keys(), ...[...scripts.values()].map(({ at }) => dirname(at))];
  return [...new Set(["", ...inside].map((folder) => join(dirname(procfile), folder)))];
}
