import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ownFolder } from "./own-package.ts";

export const PIPELINES = ["github", "gitlab"] as const;
export type Pipeline = (typeof PIPELINES)[number];

/** Where each is expected, from the repository's root, and the example that it is made from. */
const FILES = {
  github: { path: ".github/workflows/deploy.yml", example: "examples/pipeline/github.yml" },
  gitlab: { path: ".gitlab-ci.yml", example: "examples/pipeline/gitlab-ci.yml" },
};

/** Paths of the comments, as they are where dash-scale is installed. */
const INSTALLED: readonly (readonly [RegExp, string])[] = [
  [/: copy to \S+\. /, ". "],
  [/examples\/pipeline\//g, "node_modules/dash-scale/examples/pipeline/"],
  [/see docs\//g, "see dash-scale's docs/"],
];

/** What has to be said of a project in a folder of the repository, by what stands there without. */
const BELOW: Readonly<
  Record<Pipeline, (folder: string) => readonly (readonly [RegExp, string])[]>
> = {
  github: (folder) => [
    [/^( +)shell: bash .*$/gm, `$&\n$1working-directory: ${folder}`],
    [/^( +)cache: npm$/gm, `$&\n$1cache-dependency-path: ${folder}/package-lock.json`],
    [/hashFiles\('/g, `hashFiles('${folder}/`],
  ],
  gitlab: (folder) => [
    [/files: \[package-lock\.json\]/g, `files: [${folder}/package-lock.json]`],
    [/^( +)- npm ci /gm, `$1- cd ${folder}\n$&`],
  ],
};

/**
 * A pipeline for a new project: its path from the repository's root, and its text.
 *
 * @param folder the project's, from the repository's root; "" for the root itself
 */
export function pipelineFile(
  pipeline: Pipeline,
  folder: string,
): { readonly path: string; readonly text: string } {
  const { path, example } = FILES[pipeline];
  const changes = [...INSTALLED, ...(folder === "" ? [] : BELOW[pipeline](folder))];
  const text = changes.reduce(
    (sum, [pattern, replacement]) => sum.replace(pattern, replacement),
    readFileSync(join(ownFolder(), example), "utf8"),
  );
  return { path, text };
}
