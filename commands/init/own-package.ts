import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const MANIFEST = "package.json";
const SDKS = ["@pulumi/kubernetes", "@pulumi/pulumi"];

/** What the manifest of a project that uses this version of dash-scale asks for. */
export interface Needs {
  readonly engines: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

export function needsOfProjects(): Needs {
  const {
    name,
    version,
    engines,
    dependencies = {},
    peerDependencies = {},
  }: Manifest = JSON.parse(readFileSync(join(ownFolder(), MANIFEST), "utf8"));
  const wanted = { ...dependencies, ...peerDependencies };
  const sdks = SDKS.map((sdk) => [sdk, fromVersion(wanted[sdk] ?? "")]);
  return {
    engines,
    dependencies: { ...Object.fromEntries(sdks), [name]: fromVersion(version) },
  };
}

function fromVersion(range: string): string {
  return `^${range.replace(/^\^/, "")}`;
}

/** The nearest folder above that has a manifest: the package's, or the repository's. */
export function ownFolder(folder: string = import.meta.dirname): string {
  return existsSync(join(folder, MANIFEST)) ? folder : ownFolder(dirname(folder));
}
