import { randomBytes } from "node:crypto";
import type { Input, Output, Resource } from "@pulumi/pulumi";
import { secret, Stash, unsecret } from "@pulumi/pulumi";
import type { PodPlan } from "./manifest/pod.ts";
import type { SecretContents } from "./manifest/secret-digest.ts";
import {
  digestAnnotation,
  digestKeyName,
  secretDigest,
  usedKeys,
} from "./manifest/secret-digest.ts";

/** What pods get so that they are replaced when a Secret that they use changes. */
export interface PodDigests {
  readonly references: { readonly annotations?: Readonly<Record<string, Input<string>>> };
  /** Paths that stay as they are, since what belongs there is not known. */
  readonly ignoreChanges: readonly string[];
}

const NO_DIGESTS: PodDigests = { references: {}, ignoreChanges: [] };

/**
 * The digests of the Secrets that an app's pods use, made with a key of the stack's own.
 *
 * The key is random, 256 bits, and made at the first `pulumi up` with a service. It lives in the
 * stack's state, encrypted like every secret there, and nowhere else. Not in a Secret of the
 * cluster: whoever deploys would need rights to write Secrets, where reading the few that are named
 * is enough. Not made from what a Secret or its metadata has: a UID is no secret to those who may
 * read other objects, and a password may be short. Not a hash in the outputs: those are lost when
 * the first update fails.
 *
 * A Stash keeps what it was given first, whatever it is given later: a new random key in each run
 * changes nothing. Where it is lost with the state, another key rolls the pods once.
 *
 * Source: Pulumi docs, "Stash".
 */
export class Digests {
  readonly #contents: SecretContents;
  readonly #key: Output<string>;

  constructor(app: string, contents: SecretContents, parent: Resource) {
    this.#contents = contents;
    const random = secret(randomBytes(32).toString("hex"));
    const stash = new Stash(
      digestKeyName(app),
      { input: random },
      { parent, ignoreChanges: ["input"] },
    );
    this.#key = stash.output.apply((key: unknown) => String(key));
  }

  /** A Secret that could not be read leaves its digest as it was, and rolls nothing. */
  of({ secretEnv = {} }: PodPlan, template: string): PodDigests {
    const used = [...usedKeys(Object.values(secretEnv))];
    if (used.length === 0) return NO_DIGESTS;
    const annotations: Record<string, Input<string>> = {};
    const ignoreChanges: string[] = [];
    for (const [name, keys] of used) {
      const data = this.#contents.get(name);
      const annotation = digestAnnotation(name);
      if (data === undefined)
        ignoreChanges.push(`${template}.metadata.annotations[${JSON.stringify(annotation)}]`);
      else
        annotations[annotation] = unsecret(
          this.#key.apply((key) => secretDigest(key, { secret: name, keys, data })),
        );
    }
    return { references: { annotations }, ignoreChanges };
  }
}

/** What the digests are for the pods of a template at this path of its object. */
export function digestsOf(
  digests: Digests | undefined,
  plan: PodPlan,
  template: string,
): PodDigests {
  return digests?.of(plan, template) ?? NO_DIGESTS;
}
