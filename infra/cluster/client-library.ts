import { registerHooks } from "node:module";

/** Who asks, in the library, and what for: its API, of a thousand files, and an HTTP client. Three quarters of its time to load. */
const ASKER = "/@kubernetes/client-node/dist/config.js";
const UNUSED = new Set(["./gen/index.js", "undici"]);

/** The Kubernetes client, which reads kubeconfigs here and sends nothing, without what it sends requests with. */
export async function loadClientLibrary() {
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      const isUnused = UNUSED.has(specifier) && context.parentURL?.endsWith(ASKER);
      if (isUnused !== true) return next(specifier, context);
      return { url: new URL("client-unused.mjs", import.meta.url).href, shortCircuit: true };
    },
  });
  try {
    return await import("@kubernetes/client-node/dist/config.js");
  } finally {
    hooks.deregister();
  }
}
