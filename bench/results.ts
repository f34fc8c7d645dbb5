import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hasCode } from "../commands/system/errors.ts";
import type { Plugins } from "../local/pulumi/plugins.ts";
import { versions as pinned } from "../local/versions.ts";
import { load, machine } from "./machine.ts";
import type { Machine } from "./machine.ts";

const FOLDER = join(import.meta.dirname, "results");

/** What a lane found. */
export interface Findings {
  /** The file's name behind the date: `pods-rounds`. */
  readonly name: string;
  readonly title: string;
  /** Name to version of everything that was measured, or measured with. */
  readonly versions: Readonly<Record<string, string>>;
  /** Markdown between heading and machine: tables, and what has to be known to read them. */
  readonly text: string;
  /** All that was measured, for whoever wants to calculate anew. */
  readonly data: unknown;
  /** The machine's load when it began. */
  readonly loadBefore: number;
  /** Whose language host and Kubernetes plugin ran; the file's name says so, too. */
  readonly plugins: Plugins;
}

/** Writes `<date>-<name>.json` and `.md`, and returns the latter's path. */
export async function writeResults(given: Findings): Promise<string> {
  const findings = labelled(given);
  const on = await machine();
  const loadAfter = load();
  const date = new Date().toISOString();
  const { name, title, versions, data, loadBefore } = findings;
  const record = { title, date, machine: on, load: { loadBefore, loadAfter }, versions, data };
  const file = fileOf(name, date);
  await mkdir(FOLDER, { recursive: true });
  await writeFile(`${file}.json`, `${JSON.stringify(record, undefined, 2)}\n`);
  await writeFile(`${file}.md`, page(findings, { on, date, loadAfter }));
  return `${file}.md`;
}

/** What a lane has written today, as JSON; undefined where it has not. */
export async function readResults(name: string, plugins: Plugins): Promise<string | undefined> {
  const file = `${fileOf(nameWith(plugins, name), new Date().toISOString())}.json`;
  return readFile(file, "utf8").catch((error: unknown) => {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  });
}

function fileOf(name: string, date: string): string {
  return join(FOLDER, `${date.slice(0, 10)}-${name}`);
}

function nameWith(plugins: Plugins, name: string): string {
  return plugins === "official" ? `${name}-official` : name;
}

/** So that nobody takes a figure of the stand-ins for one of Pulumi's own plugins. */
function labelled(findings: Findings): Findings {
  const { name, title, plugins } = findings;
  const { pulumiKubernetes } = pinned;
  const versions = { ...findings.versions, pulumiKubernetes, "plugins:": plugins };
  return plugins === "official"
    ? {
        ...findings,
        versions,
        name: nameWith(plugins, name),
        title: `${title}, with Pulumi's own plugins`,
      }
    : { ...findings, versions };
}

function page(
  { title, text, versions, loadBefore }: Findings,
  { on, date, loadAfter }: { on: Machine; date: string; loadAfter: number },
): string {
  const known = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `# ${title}

${text.trim()}

${date.slice(0, 10)}, ${on.cores} cores (${on.processor}), ${on.memoryGiB} GiB, ${on.system}, Linux ${on.kernel}, Node.js ${on.node}.
Load average before and after: ${loadBefore}, ${loadAfter}.
${known.join(", ")}.
`;
}
