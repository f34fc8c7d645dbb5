/** Names: what a URN says about a resource, and names made up for objects that have none. */
import { createHash, randomBytes } from "node:crypto";
import { getPath, isObject, object, text, withValue } from "../shared/json.ts";
import type { JsonObject } from "../shared/json.ts";

const AUTONAMED = "pulumi.com/autonamed";

export interface ObjectType {
  apiVersion: string;
  kind: string;
}

/** `urn:pulumi:stack::project::parent$kubernetes:apps/v1:Deployment::web` → its last type. */
export function typeOf(urn: string): ObjectType {
  const token = urn.split("::")[2]?.split("$").at(-1) ?? "";
  const [, groupVersion = "", kind = ""] = token.split(":");
  return { apiVersion: groupVersion.replace(/^core\//, ""), kind };
}

/** `namespace/name`, or the name alone where there is no namespace. */
export function idOf(live: JsonObject): string {
  const name = text(getPath(live, "metadata", "name")) ?? "";
  const namespace = text(getPath(live, "metadata", "namespace"));
  return namespace === undefined ? name : `${namespace}/${name}`;
}

export function parseId(id: string): { namespace: string | undefined; name: string } {
  const [first = "", second] = id.split("/", 2);
  return second === undefined
    ? { namespace: undefined, name: first }
    : { namespace: first, name: second };
}

export function isAutonamed(inputs: JsonObject): boolean {
  return getPath(inputs, "metadata", "annotations", AUTONAMED) === "true";
}

/** What the engine proposes for a made-up name. */
export interface Autonaming {
  urn: string;
  /** So that a preview and its update may agree. Empty: any name will do. */
  seed: Uint8Array;
  /** A name from the stack's `pulumi:autonaming`, if it has one. */
  proposed: string;
  /** Whether the stack forbids made-up names. */
  disabled: boolean;
}

/**
 * The inputs with a name: their own, the one made up earlier, or a new one that is marked as made
 * up, so that a replacement may get another and be created before the old object goes.
 */
export function withName(inputs: JsonObject, old: JsonObject, naming: Autonaming): JsonObject {
  const metadata = inputs["metadata"] ?? {};
  if (!isObject(metadata) || metadata["name"] !== undefined) return inputs;
  if (metadata["generateName"] !== undefined) {
    throw new Error(
      "the `.metadata.generateName` field is not supported in Server-Side Apply mode",
    );
  }
  const earlier = isAutonamed(old) ? text(getPath(old, "metadata", "name")) : undefined;
  if (earlier === undefined && Object.keys(old).length > 0) return inputs;
  const named = withValue(inputs, ["metadata", "name"], earlier ?? newName(naming));
  const annotations = object(getPath(named, "metadata", "annotations"));
  return withValue(named, ["metadata", "annotations"], { ...annotations, [AUTONAMED]: "true" });
}

function newName({ urn, seed, proposed, disabled }: Autonaming): string {
  if (disabled) {
    throw new Error("autonaming is disabled, resource requires the .metadata.name field to be set");
  }
  if (proposed !== "") return proposed;
  const name = urn.split("::").slice(3).join("::");
  const random = seed.length > 0 ? createHash("sha256").update(seed).digest() : randomBytes(4);
  return `${name}-${random.subarray(0, 4).toString("hex")}`;
}
