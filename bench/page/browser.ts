import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";

const NAMES = [
  "chromium-headless-shell",
  "chromium",
  "google-chrome-stable",
  "google-chrome",
  "chrome",
];

/** A Chromium of this machine: the one that is named, or one on the PATH; undefined: none. */
export function findBrowser(): string | undefined {
  const named = process.env["DASH_SCALE_BROWSER"];
  if (named !== undefined && named !== "") return named;
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

export const NO_BROWSER =
  "there is no Chromium; Debian: apt-get install chromium-headless-shell, else set DASH_SCALE_BROWSER";

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
