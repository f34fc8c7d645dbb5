import { getVersion } from "@pulumi/kubernetes/utilities.js";
import { runtime } from "@pulumi/pulumi";

/**
 * Has the engine start Pulumi's Kubernetes provider while this program still looks at the cluster:
 * otherwise the engine starts it for the first object, which then waits for it.
 *
 * Not before the cluster is known to be the right one: the stack's state has the provider's
 * settings from then on.
 */
export function startProvider(): void {
  // The function that is asked least of: no YAML is no object. It needs the provider of this version.
  const started = runtime.invoke("kubernetes:yaml:decode", { text: "" }, { version: getVersion() });
  started.catch(() => {
    // Whatever is wrong with the provider, the first object is told.
  });
}
