import { ROOT } from "../../infra/root.ts";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parseAllDocuments } from "yaml";

export const VERBS = ["create", "get", "patch", "delete", "list", "watch"] as const;

/** One verb on one resource. */
export interface Right {
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
  /** The names that it is limited to. */
  readonly names: readonly string[];
}

/** What happens where a right is missing: a cell of the tables in docs/operate/access.md. */
export type Without =
  "stops" | "warns" | "refused" | "hangs" | "slows" | "silent" | "unknown" | "-";

/** A rule of a ClusterRole. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules?: readonly Rule[];
}

/** The objects of a file of examples/pipeline. */
export async function manifestsOf(file: string): Promise<Manifest[]> {
  const text = await readFile(resolve(ROOT, "examples/pipeline", file), "utf8");
  return parseAllDocuments(text).map((document): Manifest => document.toJS());
}

/** The rights that a file of examples/pipeline gives, one by one. */
export async function rightsOf(file: string): Promise<Right[]> {
  const rules = (await manifestsOf(file)).flatMap((manifest) => manifest.rules ?? []);
  return rules.flatMap(({ apiGroups, resources, verbs, resourceNames: names = [] }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) => verbs.map((verb) => ({ group, resource, verb, names }))),
    ),
  );
}

/** A rule that gives one right and nothing else. */
export function ruleOf({ group, resource, verb, names }: Right): Rule {
  const rule = { apiGroups: [group], resources: [resource], verbs: [verb] };
  return names.length === 0 ? rule : { ...rule, resourceNames: names };
}

/** `deployments.apps`, `secrets`, `namespaces kube-system`: as the tables call a resource. */
export function resourceName({ group, resource }: Pick<Right, "group" | "resource">): string {
  return group === "" ? resource : `${resource}.${group}`;
}

/** The tables of docs/operate/access.md: by `deployments.apps create` what happens without it. */
export async function tables(): Promise<{ namespace: Table; cluster: Table }> {
  const text = await readFile(resolve(ROOT, "docs/operate/access.md"), "utf8");
  const [, ...parts] = text.split(/^\| resource .*\n\| -.*\n/m);
  const [namespace = "", cluster = ""] = parts;
  return { namespace: tableIn(namespace), cluster: tableIn(cluster) };
}

export type Table = ReadonlyMap<string, Without>;

function tableIn(text: string): Table {
  const rows = text.split("\n");
  const end = rows.findIndex((row) => !row.startsWith("|"));
  return new Map(
    rows.slice(0, end).flatMap((row) => {
      const [resource = "", , ...cells] = row
        .split("|")
        .slice(1, -1)
        .map((it) => it.trim());
      return cells.map((cell, index): [string, Without] => {
        if (!isWithout(cell))
          throw new Error(`docs/operate/access.md: "${cell}" in the row of ${resource}`);
        return [`${resource.replaceAll("`", "")} ${VERBS[index] ?? ""}`, cell];
      });
    }),
  );
}

const WITHOUT = new Set(["stops", "warns", "refused", "hangs", "slows", "silent", "unknown", "-"]);

function isWithout(cell: string): cell is Without {
  return WITHOUT.has(cell);
}
