import { resolve } from "node:path";

/**
 * The root of this repository, for what works on the repository itself: the local cluster,
 * generators, benchmarks and tests. The program and the commands are also installed elsewhere, and
 * go by the {@link Project} that they are run for.
 */
export const ROOT = resolve(import.meta.dirname, "..");
