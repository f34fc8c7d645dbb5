import { readdir, readFile, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

const IMPORTED = /(?:from|import)\s*\(?\s*"(\.[^"]+)"/g;

/**
 * The declaration files that others lead to, themselves included, in the order in which they are
 * met.
 */
async function reachable(entries: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const waiting = [...entries];
  for (const file of waiting) {
    if (found.has(file)) continue;
    const text = await readFile(file, "utf8");
    found.set(file, text);
    const imported = [...text.matchAll(IMPORTED)].map(([, path = ""]) => path);
    waiting.push(...imported.map((path) => declarationOf(resolve(dirname(file), path))));
  }
  return found;
}

function declarationOf(path: string): string {
  return path.replace(/\.(ts|js)$/, ".d.ts").replace(/\.(mts|mjs)$/, ".d.mts");
}

/** Removes the declarations that no user of the package can get to: most of them. */
export async function removeUnreachable(folder: string, entries: readonly string[]): Promise<void> {
  const kept = await reachable(entries);
  const files = await readdir(folder, { recursive: true });
  const declarations = files.filter((file) => /\.d\.m?ts$/.test(file));
  for (const file of declarations.map((it) => join(folder, it))) {
    if (!kept.has(file)) await rm(file);
  }
}
