import { randomBytes } from "node:crypto";
import type { Dirent } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** A text that is nowhere else, so that whatever holds it has it from where it was put. */
export function canary(): string {
  return `canary${randomBytes(9).toString("hex")}`;
}

/**
 * How a canary looks wherever it may turn up: as it is, or as any part of something in base64.
 *
 * Three bytes become four characters, so there are three ways that it may lie in what was encoded.
 */
function traces(token: string): string[] {
  const encoded = [0, 1, 2].map((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(token)]);
    const whole = Math.floor(bytes.length / 3) * 4;
    // What shares a character with its neighbours is left out.
    return bytes.toString("base64").slice([0, 2, 3][before], whole);
  });
  return [token, ...encoded, Buffer.from(token).toString("hex")];
}

/** Which of some canaries a text or a file's bytes hold. */
export function canariesIn(content: string | Buffer, canaries: readonly string[]): string[] {
  return canaries.filter((token) => traces(token).some((trace) => content.includes(trace)));
}

/** Every file below some folders that holds one of some canaries, names of files included. */
export async function filesWith(
  folders: readonly string[],
  canaries: readonly string[],
): Promise<{ file: string; canaries: string[] }[]> {
  const found: { file: string; canaries: string[] }[] = [];
  for (const file of (await Promise.all(folders.map(filesBelow))).flat()) {
    // A file may go while the others are read.
    const content = await readFile(file).catch(() => "");
    const held = [...canariesIn(file, canaries), ...canariesIn(content, canaries)];
    if (held.length > 0) found.push({ file, canaries: held });
  }
  return found;
}

/** Links are not followed: what they lead to was not written by what is tested. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(
    (): Dirent[] => [],
  );
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}
