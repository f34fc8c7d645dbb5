/**
 * What stands in kubeconfigs, as client-go reads it: an entry that is not chosen may be as it
 * likes.
 */
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Json, JsonObject } from "./json.ts";
import { nonEmpty, list, object, text } from "./json.ts";

/** A context, a cluster or a user. */
export interface Entry {
  readonly value: JsonObject;
  /** What the paths in it are relative to. */
  readonly folder: string;
}

export interface Kubeconfig {
  readonly currentContext: string | undefined;
  readonly contexts: ReadonlyMap<string, Entry>;
  readonly clusters: ReadonlyMap<string, Entry>;
  readonly users: ReadonlyMap<string, Entry>;
}

export async function inFile(path: string): Promise<Kubeconfig> {
  return inText(await readFile(path, "utf8"), dirname(resolve(path)));
}

/** @throws where it is no YAML; the message quotes nothing, since that may be a credential */
export async function inText(source: string, folder: string): Promise<Kubeconfig> {
  // Loaded only now: the engine waits for our port.
  const { LineCounter, parseDocument } = await import("yaml");
  const lineCounter = new LineCounter();
  const document = parseDocument(source, { lineCounter, merge: true, logLevel: "silent" });
  // What is wrong first shows last: the ones before it say where that began.
  const error = document.errors.at(-1);
  if (error) throw new Error(`it is not YAML, at line ${lineCounter.linePos(error.pos[0]).line}`);
  const parsed: Json = document.toJS();
  const root = object(parsed);
  const entries = (lists: string, name: string) =>
    new Map(
      list(root[lists])
        .map(object)
        .map((it): [string, Entry] => [
          text(it["name"]) ?? "",
          { value: object(it[name]), folder },
        ]),
    );
  return {
    currentContext: nonEmpty(root["current-context"]),
    contexts: entries("contexts", "context"),
    clusters: entries("clusters", "cluster"),
    users: entries("users", "user"),
  };
}

/**
 * Several as one: whoever comes first has the say, of each name and of the current context.
 *
 * Source: client-go, tools/clientcmd/loader.go, "The first file to set a particular map key wins".
 */
export function merged(all: readonly Kubeconfig[]): Kubeconfig {
  const lastFirst = all.toReversed();
  const together = (name: "contexts" | "clusters" | "users") =>
    new Map(lastFirst.flatMap((it) => [...it[name]]));
  return {
    currentContext: all.find((it) => it.currentContext !== undefined)?.currentContext,
    contexts: together("contexts"),
    clusters: together("clusters"),
    users: together("users"),
  };
}
