import { join } from "node:path";

/** What the package's manifest takes from the repository's. */
export interface RootManifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

/** Whose copy must be the one of the program that uses the package: resources are made of it. */
const PEERS = new Set(["@pulumi/kubernetes", "@pulumi/pulumi"]);

const EXPORTS = {
  ".": exported("package/index", "ts"),
  "./program": exported("infra/index", "ts"),
  "./node": exported("infra/node", "mts"),
  "./schema.json": "./schema.json",
  "./package.json": "./package.json",
};

function exported(path: string, kind: "ts" | "mts") {
  const module = `./lib/${path}`;
  return { types: `${module}.d.${kind}`, default: `${module}.${kind.replace("ts", "js")}` };
}

/** The manifest of the npm package: versions are written down in the repository's alone. */
export function packageManifest(root: RootManifest): Readonly<Record<string, unknown>> {
  const { name, version, description, license, engines } = root;
  const dependencies = Object.entries(root.dependencies);
  return {
    name,
    version,
    description,
    keywords: ["pulumi", "kubernetes", "dash", "plotly", "procfile", "scale"],
    license,
    type: "module",
    exports: EXPORTS,
    // For TypeScript whose moduleResolution is older than exports, as Pulumi's templates have it.
    main: EXPORTS["."].default,
    types: EXPORTS["."].types,
    bin: { [name]: "lib/commands/dash-scale.mjs" },
    files: ["lib", "plugin", "examples", "schema.json", "CHANGELOG.md"],
    sideEffects: [
      "./lib/infra/index.js",
      "./lib/infra/node.mjs",
      "./lib/commands/dash-scale.mjs",
      "./lib/package/plugin/*.js",
    ],
    engines,
    dependencies: Object.fromEntries(dependencies.filter((it) => !isPeer(it))),
    // From the version that is tested: npm installs that one where the program names none.
    peerDependencies: Object.fromEntries(
      dependencies.filter(isPeer).map(([peer, tested]) => [peer, `^${tested}`]),
    ),
  };
}

/**
 * The manifest of the folder that Pulumi runs the component from: the code is that of the package,
 * whose dependencies it has.
 */
export function pluginManifest({ name }: RootManifest): Readonly<Record<string, unknown>> {
  return { name, private: true, type: "module", main: "../lib/package/plugin/index.js" };
}

function isPeer([dependency]: readonly [string, string]): boolean {
  return PEERS.has(dependency);
}

/** Where the types of everything that is exported begin. */
export function typesOfExports(folder: string): string[] {
  return Object.values(EXPORTS).flatMap((it) =>
    typeof it === "string" ? [] : [join(folder, it.types)],
  );
}
