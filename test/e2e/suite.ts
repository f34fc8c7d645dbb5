import { pathsIn } from "../../local/paths.ts";
import type { LocalEnvironment } from "../../local/environment.ts";
import { openEnvironment } from "../../local/environment.ts";

/** The environment that the suite's global set-up has started. */
export function suiteEnvironment(folder: string): Promise<LocalEnvironment> {
  return openEnvironment(pathsIn(folder));
}
