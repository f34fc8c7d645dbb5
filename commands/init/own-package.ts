import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const SDKS = ["@pulumi/kubernetes", "@pulumi/pulumi"];

/** What a project that uses this version of dash-scale asks for, by package. */
export function dependenciesOfProjects(): Readonly<Record<string, string>> {
  const { name, version, dependencies = {}, peerDependencies = {} } = ownManifest();
  const wanted = { ...dependencies, ...peerDependencies };
  const sdks = SDKS.map((sdk) => [sdk, fromVersion(wanted[sdk] ?? "")]);
  return { ...Object.fromEntries(sdks), [name]: fromVersion(version) };
}

function fromVersion(range: string): string {
  return `^${range.replace(/^\^/, "")}`;
}

/** The nearest one above: the package's, or the repository's. */
function ownManifest(folder: string = import.meta.dirname): Manifest {
  const file = join(folder, "package.json");
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : ownManifest(dirname(folder));
}
