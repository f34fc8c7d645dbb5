import { resolve } from "node:path";

/** The project's root: where Pulumi.yaml is, and what the path of a Procfile is relative to. */
export const ROOT = resolve(import.meta.dirname, "..");
