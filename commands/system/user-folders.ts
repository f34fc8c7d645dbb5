import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/**
 * This program's folder below one of the user's, such as `${XDG_CACHE_HOME:-~/.cache}/dash-scale`. A
 * relative path in the variable is ignored, as the specification asks.
 *
 * @see https://specifications.freedesktop.org/basedir-spec/latest/
 * @param fallback below the home folder
 */
export function userFolder(
  variable: "XDG_CACHE_HOME" | "XDG_STATE_HOME",
  fallback: string,
  env: NodeJS.ProcessEnv,
): string {
  const configured = env[variable] ?? "";
  const parent = isAbsolute(configured) ? configured : join(homedir(), fallback);
  return join(parent, "dash-scale");
}
