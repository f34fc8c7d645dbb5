/**
 * Which providers a program needs: the packages under its `node_modules` that say in their
 * package.json that they stand for one. The engine looks for those plugins before it starts.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { getPath, parseObject, text } from "../shared/json.ts";
import type { JsonObject } from "../shared/json.ts";

export interface RequiredPlugin {
  name: string;
  version: string;
  server: string;
}

export async function requiredPlugins(directory: string): Promise<RequiredPlugin[]> {
  const folders = await packageFolders(join(directory, "node_modules"));
  const found = await Promise.all(folders.map(pluginsOf));
  const byKey = new Map(found.flat().map((plugin) => [`${plugin.name}@${plugin.version}`, plugin]));
  return [...byKey.values()];
}

async function pluginsOf(folder: string): Promise<RequiredPlugin[]> {
  const [manifest, nested] = await Promise.all([
    readFile(join(folder, "package.json"), "utf8").catch(() => ""),
    requiredPlugins(folder),
  ]);
  const plugin = pluginOf(parseObject(manifest) ?? {});
  return plugin === undefined ? nested : [plugin, ...nested];
}

/** The plugin that a package.json stands for, if any. */
export function pluginOf(manifest: JsonObject): RequiredPlugin | undefined {
  if (getPath(manifest, "pulumi", "resource") !== true) return undefined;
  const name = text(getPath(manifest, "pulumi", "name")) ?? scopedName(text(manifest["name"]));
  const version = text(getPath(manifest, "pulumi", "version")) ?? text(manifest["version"]);
  if (name === undefined || version === undefined) return undefined;
  return {
    name,
    version: version.startsWith("v") ? version : `v${version}`,
    server: text(getPath(manifest, "pulumi", "server")) ?? "",
  };
}

function scopedName(name: string | undefined): string | undefined {
  return name?.startsWith("@pulumi/") === true ? name.slice("@pulumi/".length) : undefined;
}

async function packageFolders(modules: string): Promise<string[]> {
  const names = await readdir(modules).catch(() => []);
  const visible = names.filter((name) => !name.startsWith("."));
  const scoped = visible.filter((name) => name.startsWith("@"));
  const inScopes = await Promise.all(scoped.map((scope) => packageFolders(join(modules, scope))));
  const plain = visible.filter((name) => !name.startsWith("@"));
  return [...plain.map((name) => join(modules, name)), ...inScopes.flat()];
}
