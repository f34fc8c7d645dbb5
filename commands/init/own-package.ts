import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const MANIFEST = "package.json";
const SDKS = ["@pulumi/kubernetes", "@pulumi/pulumi"];

/** What a project that uses this version of dash-scale asks for, by package. */
export function dependenciesOfProjects(): Readonly<Record<string, string>> {
  const {
    name,
    version,
    dependencies = {},
    peerDependencies = {},
  }: Manifest = JSON.parse(readFileSync(join(ownFolder(), MANIFEST), "utf8"));
  const wanted = { ...dependencies, ...peerDependencies };
  const sdks = SDKS.map((sdk) => [sdk, fromVersion(wanted[sdk] ?? "")]);
  return { ...Object.fromEntries(sdks), [name]: fromVersion(version) };
}

function fromVersion(range: string): string {
  return `^${range.replace(/^\^/, "")}`;
}

/** The nearest folder above that has a manifest: the package's, or the repository's. */
export function ownFolder(folder: string = import.meta.dirname): string {
  return existsSync(join(folder, MANIFEST)) ? folder : ownFolder(dirname(folder));
}
