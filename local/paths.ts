import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { userFolder } from "../commands/system/user-folders.ts";
import { ROOT } from "../infra/root.ts";

/** Where everything of one local cluster is. Nothing of it lies outside its folder. */
export interface LocalPaths {
  readonly folder: string;
  /** Names the cluster's contexts; readable by the user only. */
  readonly kubeconfig: string;
  /** etcd's data, keys, logs: what KWOK calls its work folder. */
  readonly controlPlane: string;
  /** First on the PATH: the Node.js that Pulumi runs programs with. */
  readonly bin: string;
  /**
   * Stands in for `~/.pulumi`: one for each kind of plugins, so that neither is taken for the
   * other.
   */
  readonly pulumiHomes: { readonly official: string; readonly "stand-in": string };
  /** The state backend. */
  readonly state: string;
  /** What the last `dash-scale local start` found, for the commands that come after it. */
  readonly record: string;
}

export function pathsIn(folder: string): LocalPaths {
  return {
    folder,
    kubeconfig: join(folder, "kubeconfig"),
    controlPlane: join(folder, "control-plane"),
    bin: join(folder, "bin"),
    pulumiHomes: {
      official: join(folder, "pulumi", "official"),
      "stand-in": join(folder, "pulumi", "stand-in"),
    },
    state: join(folder, "state"),
    record: join(folder, "environment.json"),
  };
}

/** `${XDG_CACHE_HOME:-~/.cache}/dash-scale`. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return userFolder("XDG_CACHE_HOME", ".cache", env);
}

/** Tools are kept here, and shared by all checkouts. */
export function toolsFolder(cache: string = cacheFolder()): string {
  return join(cache, "tools");
}

/** One command at a time makes or removes tools. */
export function lockOfTools(folder: string): string {
  return join(folder, "lock");
}

/** Each checkout's cluster has a folder here. */
export function clustersFolder(cache: string = cacheFolder()): string {
  return join(cache, "clusters");
}

/**
 * The paths of a checkout's own cluster: its name says which one it is, the hash distinguishes it
 * from others of that name.
 */
export function pathsOfCheckout(folder: string = ROOT, cache: string = cacheFolder()): LocalPaths {
  const name = basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 24);
  const hash = createHash("sha256").update(folder).digest("hex").slice(0, 10);
  return pathsIn(join(clustersFolder(cache), `${name}-${hash}`));
}

/**
 * One command at a time works on a cluster. Lies beside the folder, since `dash-scale local stop`
 * removes the folder itself.
 */
export function lockOf({ folder }: LocalPaths): string {
  return `${folder}.lock`;
}
