import { watch, type FSWatcher } from "node:fs";
import { chmod, mkdir, open, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { object, parseObject, text } from "../../infra/cluster/json.ts";
import type { LaneCluster } from "../lane-cluster.ts";
import type { EngineEvent } from "./parts.ts";

const STARTED = "started";
const EVENTS = "events.json";

/**
 * A folder with a `pulumi` in it that says when it starts, and has the engine write a log of its
 * events, which is read while it is written: the times in it are whole seconds.
 *
 * Source: pulumi/pulumi, pkg/cmd/pulumi/operations/up.go (`--event-log`, with
 * `PULUMI_DEBUG_COMMANDS`).
 */
export class EventLog {
  readonly #folder: string;
  readonly #watcher: FSWatcher;
  #started: number | undefined;
  #events: EngineEvent[] = [];
  #offset = 0;
  #rest = "";
  #reading: Promise<void> = Promise.resolve();

  private constructor(folder: string) {
    this.#folder = folder;
    this.#watcher = watch(folder, (_, name) => {
      const at = performance.now();
      if (name === STARTED) this.#started ??= at;
      if (name === EVENTS) this.#reading = this.#reading.then(() => this.#read(at));
    });
  }

  /** @param folder is made */
  static async create(folder: string, { environment }: LaneCluster): Promise<EventLog> {
    await mkdir(folder, { recursive: true });
    const [started, events] = [STARTED, EVENTS].map((name) => join(folder, name));
    const script = `#!/bin/sh\n: >"${started}"\nexec "${environment.programs.pulumi}" "$@" --event-log "${events}"\n`;
    await writeFile(join(folder, "pulumi"), script);
    await chmod(join(folder, "pulumi"), 0o700);
    return new EventLog(folder);
  }

  /** What a command needs so that the `pulumi` that it finds is this one. */
  environment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    const PATH = [this.#folder, env["PATH"] ?? ""].join(delimiter);
    return { ...env, PATH, PULUMI_DEBUG_COMMANDS: "true" };
  }

  /** Begins anew, for the next command. */
  async clear(): Promise<void> {
    await rm(join(this.#folder, STARTED), { force: true });
    await rm(join(this.#folder, EVENTS), { force: true });
    await this.#reading;
    this.#started = undefined;
    [this.#events, this.#offset, this.#rest] = [[], 0, ""];
  }

  /** What was seen since; undefined where no `pulumi` ran. */
  async seen(): Promise<{ started: number; events: readonly EngineEvent[] } | undefined> {
    await this.#reading;
    await this.#read(performance.now());
    return this.#started === undefined
      ? undefined
      : { started: this.#started, events: this.#events };
  }

  end(): void {
    this.#watcher.close();
  }

  async #read(at: number): Promise<void> {
    const handle = await open(join(this.#folder, EVENTS)).catch(() => undefined);
    if (!handle) return;
    try {
      const { size } = await handle.stat();
      // The update begins the file anew, after the preview.
      if (size < this.#offset) [this.#offset, this.#rest] = [0, ""];
      const bytes = Buffer.alloc(size - this.#offset);
      await handle.read(bytes, 0, bytes.length, this.#offset);
      this.#offset = size;
      const lines = `${this.#rest}${bytes.toString("utf8")}`.split("\n");
      this.#rest = lines.pop() ?? "";
      this.#events.push(...lines.flatMap((line) => eventIn(line, at) ?? []));
    } finally {
      await handle.close();
    }
  }
}

function eventIn(line: string, at: number): EngineEvent | undefined {
  const parsed = parseObject(line) ?? {};
  const kind = Object.keys(parsed).find((key) => key.endsWith("Event"));
  if (kind === undefined) return undefined;
  const { metadata } = object(parsed[kind]);
  return { at, kind, type: text(object(metadata)["type"]) ?? "" };
}
