import { chmod, open, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { ConfigError } from "../../components/config/errors.ts";
import { withLock } from "../system/lock.ts";

/**
 * Edits a file that others may edit too, at the same time.
 *
 * One at a time reads, edits and writes. The new text is written beside the file and put in its
 * place when it is there in full, so that a reader sees the old text or the new one, whenever this
 * is killed. A link stays a link, and the mode of the file is kept.
 *
 * @param edit gives the new text; the file is left alone where it gives undefined, and where it
 * throws
 */
export async function editFile(
  file: string,
  edit: (text: string) => string | undefined,
): Promise<void> {
  try {
    const target = await realpath(file);
    const beside = (suffix: string) => join(dirname(target), `.${basename(target)}${suffix}`);
    await withLock(beside(".lock"), { onWait }, async () => {
      const old = await readFile(target);
      const text = edit(decoded(old));
      if (text !== undefined) await replace(target, { old, text, temporary: beside(".new") });
    });
  } catch (error) {
    throw explained(error, file);
  }
}

function onWait(pid: number): void {
  process.stderr.write(`Waiting for process ${pid}, which edits the same file.\n`);
}

/** Text of bytes: what is no UTF-8 is refused, since it would not come out as it went in. */
function decoded(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
}

interface Replacement {
  readonly old: Uint8Array;
  readonly text: string;
  /** One name for all: what a killed process has left there is overwritten by the next one. */
  readonly temporary: string;
}

async function replace(target: string, { old, text, temporary }: Replacement): Promise<void> {
  const { mode } = await stat(target);
  try {
    const handle = await open(temporary, "w", 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await chmod(temporary, mode);
    // An editor takes no lock.
    if (!(await readFile(target)).equals(old)) {
      const message = "somebody else has changed it meanwhile; run this again";
      throw new ConfigError([{ location: relative(process.cwd(), target), message }]);
    }
    await rename(temporary, target);
  } finally {
    await rm(temporary, { force: true });
  }
}

/**
 * A failure of the file system, or bytes that are not UTF-8, reported with the name of the file.
 */
function explained(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || !("code" in error)) return error;
  const location = relative(process.cwd(), file);
  return new ConfigError([{ location, message: `cannot be edited: ${error.message}` }]);
}
