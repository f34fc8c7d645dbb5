import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";

type Labels = Readonly<Record<string, string>>;

interface Named {
  /** Left out, the provider gives a new name at each replacement. */
  readonly name?: string;
  /** Left out for what lives in no namespace. */
  readonly namespace?: Input<string>;
  readonly labels: Labels;
  /** Besides those that every object has. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * For objects that Pulumi would wait for in vain, or longer than is good: it goes on as soon as
 * they are there.
 */
export const NO_WAIT = { "pulumi.com/skipAwait": "true" };

/**
 * For workloads that the program follows itself: Pulumi waits until their controller has seen them
 * and, when they are deleted, until they are gone. With {@link NO_WAIT} it would not wait for the
 * deletion of these kinds either.
 *
 * Source: pulumi/pulumi-kubernetes, provider/pkg/metadata/overrides.go (`ReadyCondition`,
 * `allowsSkipAwaitWithDelete`).
 */
export const WAIT_UNTIL_SEEN = { "pulumi.com/waitFor": "jsonpath={.metadata.name}" };

/**
 * The metadata of every object declared here.
 *
 * What somebody changed by hand is owned by another field manager. `patchForce` lets `pulumi up`
 * take it back, where the Kubernetes provider would otherwise end with a conflict.
 *
 * Source: Pulumi docs, "Managing resources with Server-Side Apply".
 */
export function metadata({
  name,
  namespace,
  labels,
  annotations,
}: Named): types.input.meta.v1.ObjectMeta {
  return {
    ...(name === undefined ? {} : { name }),
    ...(namespace === undefined ? {} : { namespace }),
    labels,
    annotations: { "pulumi.com/patchForce": "true", ...annotations },
  };
}
