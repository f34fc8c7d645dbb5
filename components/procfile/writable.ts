import { posix } from "node:path";

/** Where a container can write; its root file system is read-only. */
const WRITABLE = ["/tmp", "/home/app", "/dev", "/proc"];

/**
 * Whether a path can be written in the container. A relative one lies in the image's working
 * directory.
 *
 * @param more further folders that the stack makes writable
 */
export function isWritable(path: string, more: readonly string[] = []): boolean {
  if (path.startsWith("~/") || path === "-" || path === "") return true;
  const normal = posix.normalize(path);
  return [...WRITABLE, ...more].some(
    (folder) => normal === folder || normal.startsWith(`${folder}/`),
  );
}

/** What is said of a file that cannot. */
export function cannotWrite(path: string): string {
  return `${path} cannot be written, since the container's root file system is read-only; use a path below /tmp`;
}
