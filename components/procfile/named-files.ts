import type { Variables } from "./call.ts";
import { isWritable } from "./writable.ts";

/**
 * `sqlite:///db.sqlite3` is relative, `sqlite:////data/db.sqlite3` is not (SQLAlchemy,
 * dj-database-url).
 */
const SQLITE = /^sqlite(?:3|\+\w+)?:\/\/\/([^?]+)/;
/** Variables that name a folder in which a known program writes. */
const FOLDERS = new Set(["PROMETHEUS_MULTIPROC_DIR", "prometheus_multiproc_dir", "CACHE_DIR"]);

/** A variable whose value names a file or folder that cannot be used here, and why. */
interface NamedFile {
  readonly name: string;
  readonly message: string;
}

/**
 * Variables that name files which cannot be written, or are lost.
 *
 * Source: https://devcenter.heroku.com/articles/sqlite3 ("Disk backed storage").
 */
export function unusableFiles(variables: Variables, writable: readonly string[]): NamedFile[] {
  return Object.entries(variables).flatMap(([name, value = ""]) => {
    const database = SQLITE.exec(value)?.[1];
    if (database !== undefined && database !== ":memory:")
      return [{ name, message: lostDatabase(database, writable) }];
    const isLost = FOLDERS.has(name) && value !== "" && !isWritable(value, writable);
    return isLost ? [{ name, message: cannotWrite(value) }] : [];
  });
}

function lostDatabase(path: string, writable: readonly string[]): string {
  const reason = isWritable(path, writable) ? "" : `, and ${cannotWrite(path)}`;
  return `is a database in a file: each replica has one of its own, which is gone with its pod${reason}; use a database server, such as PostgreSQL`;
}

function cannotWrite(path: string): string {
  return `${path} cannot be written, since the container's root file system is read-only; use a folder below /tmp, or name it in dash-scale:app.writable`;
}
