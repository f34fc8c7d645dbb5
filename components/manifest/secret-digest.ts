import { createHash, createHmac } from "node:crypto";
import type { SecretKey } from "./pod.ts";

/** What a Secret holds: each value in base64, by key. */
export type SecretData = ReadonlyMap<string, string>;
/** The value of a key as the pods have it; empty where the Secret has no such key. */
export function valueIn(data: SecretData, key: string): string {
  return Buffer.from(data.get(key) ?? "", "base64").toString();
}

/** What was read of Secrets, by name. One that could not be read is not there. */
export type SecretContents = ReadonlyMap<string, SecretData>;

/** What begins the annotations that say which version of a Secret pods have. */
export const DIGEST_PREFIX = "secret.dash-scale/";
/** As long as the name of an annotation may be after its prefix. */
const MAX_NAME_LENGTH = 63;
const HASH_LENGTH = 8;

/** The annotation of pods that goes with a Secret. */
export function digestAnnotation(secret: string): string {
  if (secret.length <= MAX_NAME_LENGTH) return `${DIGEST_PREFIX}${secret}`;
  const hash = createHash("sha256").update(secret).digest("hex").slice(0, HASH_LENGTH);
  const start = secret.slice(0, MAX_NAME_LENGTH - HASH_LENGTH - 1);
  return `${DIGEST_PREFIX}${start}-${hash}`;
}

/** The name of what keeps the key of an app's digests. */
export function digestKeyName(app: string): string {
  return `${app}-digest-key`;
}

/** The keys that are used of each Secret. */
export function usedKeys(
  variables: readonly SecretKey[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const used = new Map<string, Set<string>>();
  for (const { secret, key } of variables)
    used.set(secret, (used.get(secret) ?? new Set()).add(key));
  return used;
}

/**
 * What pods are annotated with, so that they are replaced when a value that they use changes.
 *
 * An HMAC and not a hash: who may read pods but not Secrets could try out a password that is short
 * until the hash fits. Without the key there is nothing to try, and the same value in two Secrets,
 * stacks or clusters does not look the same.
 *
 * @param digestKey known to the stack alone
 */
export function secretDigest(
  digestKey: string,
  { secret, keys, data }: { secret: string; keys: ReadonlySet<string>; data: SecretData },
): string {
  const values = [...keys].sort().map((key) => [key, data.get(key) ?? null]);
  const text = JSON.stringify([secret, values]);
  // Half of it is enough to tell any two values apart.
  return createHmac("sha256", digestKey).update(text).digest("hex").slice(0, 32);
}
