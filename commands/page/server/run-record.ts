/** A run of `pulumi up` on disk, so that a page that is started again finds the run. */
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hasCode } from "../../system/errors.ts";
import { userFolder } from "../../system/user-folders.ts";

export interface RunRecord {
  readonly pid: number;
  /** When the process started, which distinguishes it from a later one with the same id. */
  readonly processStart: string;
  /** Milliseconds since 1970. */
  readonly begun: number;
  /** What is applied, in words. */
  readonly what: string;
}

/** Where the runs of one stack are; readable by the user alone. */
export class RunFolder {
  readonly folder: string;

  /** @param stackFile the path of the stack file */
  constructor(stackFile: string, env: NodeJS.ProcessEnv = process.env) {
    const hash = createHash("sha256").update(stackFile).digest("hex").slice(0, 16);
    this.folder = join(userFolder("XDG_STATE_HOME", ".local/state", env), "page", hash);
  }

  get output(): string {
    return join(this.folder, "events.ndjson");
  }

  get errors(): string {
    return join(this.folder, "errors.txt");
  }

  get record(): string {
    return join(this.folder, "run.json");
  }

  /** Held while a run is begun: two pages may be told to at once. */
  get lock(): string {
    return `${this.folder}.lock`;
  }

  async make(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
  }

  /** Undefined where there is no run. */
  async read(): Promise<RunRecord | undefined> {
    try {
      const found: unknown = JSON.parse(await readFile(this.record, "utf8"));
      return isRecord(found) ? found : undefined;
    } catch (error) {
      if (hasCode(error, "ENOENT") || error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  async write(record: RunRecord): Promise<void> {
    const whole = `${this.record}.new`;
    await writeFile(whole, JSON.stringify(record), { mode: 0o600 });
    await rename(whole, this.record);
  }

  /** The engine's events have variables in plain: they go as soon as the run is over. */
  async clear(): Promise<void> {
    for (const file of [this.record, this.output, this.errors]) await rm(file, { force: true });
  }
}

function isRecord(value: unknown): value is RunRecord {
  if (typeof value !== "object" || value === null) return false;
  const numbers = ["pid", "begun"].every((key) => typeof Reflect.get(value, key) === "number");
  const texts = ["processStart", "what"].every(
    (key) => typeof Reflect.get(value, key) === "string",
  );
  return numbers && texts;
}
