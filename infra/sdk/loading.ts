import nodeModule from "node:module";
import { lazyModule, lazyCallable } from "./lazy.ts";
import { promisesWithoutStackTraces } from "./promises.ts";

/** Loads a module as Node.js would have. */
type Load = () => unknown;
type Substitute = (load: Load) => unknown;

/** A module as a whole until something of it is used. */
const putOff: Substitute = (load) => lazyModule(load, (get) => get());
/** The same where classes and functions are taken out of the module at once. */
const putOffEach: Substitute = (load) => lazyModule(load, lazyCallable);

/**
 * What the Pulumi SDK does at every start and for every resource, and this program does not need:
 * more than half of its processor time. By who asks for a module, in the SDK's folder, and what is
 * asked for. Where an SDK asks in another way, it is as it would be without this.
 */
const SUBSTITUTES: readonly (readonly [RegExp, RegExp, Substitute])[] = [
  // Runs Pulumi from a program; this one is run by Pulumi.
  [/^\/index\.js$/, /^\.\/automation$/, putOff],
  // Serialise functions.
  [/^\/runtime\/closure\/codePaths\.js$/, /^(@npmcli\/arborist|normalize-package-data)$/, putOff],
  [/^\/typescript-shim\.js$/, /^typescript$/, putOff],
  // A debugger's session that reports every script. Who serialises a function asks for it again,
  // elsewhere.
  [/^\/cmd\/run\/index\.js$/, /\/v8Hooks$/, () => ({ isInitializedAsync: async () => {} })],
  // Reads a package.yaml.
  [/^\/runtime\/manifest\.js$/, /^js-yaml$/, putOff],
  // For --tracing.
  [/^\/cmd\/run\/tracing\.js$/, /^@opentelemetry\/(?!api$)/, putOffEach],
  // Maps every stack trace, while Node.js strips types in place: positions are right without it.
  [/^\/cmd\/run\/index\.js$/, /^source-map-support\/register$/, () => ({})],
  [/^\//, /\/debuggable$/, promisesWithoutStackTraces],
];

/** The SDK's folder, wherever it is installed. */
const SDK = /[/\\]@pulumi[/\\]pulumi(?=[/\\])/;

/**
 * What `require` calls: a part of Node.js that its documentation does not have, and tools have
 * relied on from its beginnings.
 */
const LOAD = "_load";

/** From now on the SDK loads and does less. */
export function patchSdkLoading(): void {
  const original: unknown = Reflect.get(nodeModule, LOAD);
  // A Node.js without it is slower, and nothing else.
  if (typeof original !== "function") return;
  Reflect.set(nodeModule, LOAD, (request: string, asker: unknown, ...others: unknown[]) => {
    const load = (): unknown => Reflect.apply(original, nodeModule, [request, asker, ...others]);
    const by = placeInSdk(asker);
    if (by === undefined) return load();
    const found = SUBSTITUTES.find(([who, what]) => who.test(by) && what.test(request));
    return found ? found[2](load) : load();
  });
}

function placeInSdk(asker: unknown): string | undefined {
  if (typeof asker !== "object" || asker === null || !("filename" in asker)) return undefined;
  return typeof asker.filename === "string"
    ? asker.filename.split(SDK)[1]?.replaceAll("\\", "/")
    : undefined;
}
