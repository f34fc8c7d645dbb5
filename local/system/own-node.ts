import { mkdir, rename, symlink } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";

/**
 * Makes a folder for the PATH in which there is nothing but the Node.js that runs this, which is
 * new enough. Its own folder may have another Pulumi too, and Pulumi's an older Node.js.
 */
export async function provideNode(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // In one go: another command may be looking for it.
  const made = join(folder, `node-${process.pid}`);
  await symlink(process.execPath, made);
  await rename(made, join(folder, "node"));
}
