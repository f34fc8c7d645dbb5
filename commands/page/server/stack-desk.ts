/** One stack on the page: its file, what runs of it, its runs, and what is done to it. */
import { basename, dirname } from "node:path";
import { userInfo } from "node:os";
import { attempted, ConfigError, messageOf } from "../../../components/config/errors.ts";
import type { AppPlan } from "../../../components/plan/app-plan.ts";
import type { HistoryEntry } from "../../history/entries.ts";
import { noted, previousScale } from "../../history/entries.ts";
import { planOf } from "../../plan.ts";
import { scaleIn } from "../../scale/decide.ts";
import { editFile } from "../../scale/write.ts";
import type { StackLocation } from "../../stack-file.ts";
import { readText } from "../../yaml.ts";
import type { ChangeRequest, ChangeView, PreviewView, Told, WrittenView } from "../api.ts";
import { appFolders } from "./app-folders.ts";
import { changeView, decisionOn, fileView } from "./file-view.ts";
import { Refused } from "./refused.ts";
import { objectsThatChange, previewOf } from "./preview.ts";
import { RunFolder } from "./run-record.ts";
import { StackObserver } from "./stack-observer.ts";
import type { StackAccess } from "./stack-access.ts";
import { Busy, FollowedUpdate, startUpdate } from "./update.ts";
import { Watches } from "./watches.ts";

export class StackDesk {
  readonly location: StackLocation;
  readonly #access: StackAccess;
  readonly #listeners = new Set<(told: Told) => void>();
  readonly #last = new Map<Told["kind"], Told>();
  readonly #runs: RunFolder;
  readonly #signal: AbortSignal;
  readonly #observer: StackObserver;
  readonly #files: Watches;
  #run: FollowedUpdate | undefined;

  constructor(location: StackLocation, access: StackAccess, signal: AbortSignal) {
    this.location = location;
    this.#access = access;
    this.#signal = signal;
    this.#runs = new RunFolder(location.file);
    this.#observer = new StackObserver(access, (told) => this.#tell(told), signal);
    this.#files = new Watches(() => this.look(), signal);
    this.#watch();
  }

  /** Tells all that is known, and from then on each change, until what it gives is called. */
  listen(listener: (told: Told) => void): () => void {
    if (this.#listeners.size === 0) this.#begin();
    for (const told of this.#last.values()) listener(told);
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#observer.pause();
    };
  }

  async change(request: ChangeRequest): Promise<ChangeView> {
    const restored = await this.#restored(request);
    return changeView(this.#file(), request, restored);
  }

  /** @throws ConfigError where the change itself is wrong */
  async preview(request: ChangeRequest, signal: AbortSignal): Promise<PreviewView> {
    const file = this.#file();
    const { before, after, text } = decisionOn(file, request, await this.#restored(request));
    return previewOf(
      {
        stack: this.#access.stack,
        tools: await this.#access.tools(),
        text: text ?? file.text,
        file: file.file,
        refresh: request.kind === "file" && request.refresh,
        expected: objectsThatChange(before, after),
      },
      signal,
    );
  }

  /**
   * Writes the stack file, by the code of `scale`.
   *
   * @param seen hash of the files that were shown
   * @throws ConfigError where the files are others by now, or the change is wrong
   */
  async write(request: ChangeRequest, seen: string): Promise<WrittenView> {
    const restored = await this.#restored(request);
    let written = false;
    await editFile(this.location.file, (text) => {
      if (fileView(this.location, text).seen !== seen)
        throw new ConfigError([this.#problem(CHANGED)]);
      const { text: next } = decisionOn({ ...this.location, text }, request, restored);
      written = next !== undefined;
      return next;
    });
    this.look();
    const { command } = this.#access;
    return { written, command, commitMessage: `Scale ${this.location.stack}: ${whatOf(request)}` };
  }

  /** Writes the stack file, and starts `pulumi up`. */
  async apply(request: ChangeRequest, seen: string): Promise<WrittenView> {
    const tools = await this.#access.tools();
    await this.#pickUp();
    if (this.#run && !this.#run.isOver) throw new Refused(409, BUSY);
    const written = await this.write(request, seen);
    const what = whatOf(request);
    const message = noted(`dash-scale: ${what}`, userInfo().username);
    const refresh = request.kind === "file" && request.refresh ? ["--refresh"] : [];
    const args = ["up", "--stack", this.#access.stack, "--json", "--non-interactive"].concat(
      ["--color", "never", "--suppress-permalink=true", "--yes", "--skip-preview"],
      ["--message", message, ...refresh],
    );
    const env = { ...tools.env, ...(await this.#access.prepareUp()) };
    try {
      await startUpdate(this.#runs, {
        stack: this.#access.stack,
        tools: { ...tools, env },
        args,
        what,
      });
    } catch (error) {
      if (error instanceof Busy) throw new Refused(409, BUSY);
      throw error;
    }
    await this.#pickUp();
    return written;
  }

  stop(): void {
    this.#run?.stop();
  }

  /** Reads the stack file and the app's files again. */
  look(): void {
    const text = attempted(() => readText(this.location.file));
    const isRead = !(text instanceof ConfigError);
    const file = isRead
      ? fileView(this.location, text)
      : { ...fileView(this.location, ""), problems: text.problems };
    if (isRead) this.#followApp(text);
    const before = this.#last.get("file");
    if (JSON.stringify(before) === JSON.stringify({ kind: "file", file })) return;
    this.#tell({ kind: "file", file });
    const plan = this.#plan();
    if (plan) this.#observer.plan = plan;
    // What it would go back to is another scale now.
    const history = this.#last.get("history");
    if (history) this.#tell(history);
  }

  #begin(): void {
    this.look();
    this.#observer.start();
    void this.#pickUp();
  }

  /** Follows a run that is under way, whoever has started it. */
  async #pickUp(): Promise<void> {
    if (this.#run && !this.#run.isOver) return;
    const record = await this.#runs.read();
    if (!record || (this.#run && !this.#run.isOver)) return;
    const run = new FollowedUpdate(this.#runs, record, (view) =>
      this.#tell({ kind: "run", run: view }),
    );
    this.#run = run;
    void run.follow(this.#signal).then(() => this.#observer.updated());
  }

  #tell(news: Told): void {
    const told = news.kind === "history" ? this.#withUndo(news) : news;
    this.#last.set(told.kind, told);
    for (const listener of this.#listeners) listener(told);
  }

  #withUndo({ history }: Extract<Told, { readonly kind: "history" }>): Told {
    const now = attempted(() => scaleIn(this.#file()));
    const { undo: _before, ...rest } = history;
    const earlier = now instanceof ConfigError ? undefined : previousScale(rest.updates, now);
    return { kind: "history", history: { ...rest, ...(earlier ? { undo: earlier.started } : {}) } };
  }

  #file() {
    return { ...this.location, text: readText(this.location.file) };
  }

  #plan(): AppPlan | undefined {
    const plan = attempted(() => planOf(this.#file()));
    return plan instanceof ConfigError ? undefined : plan;
  }

  async #restored(request: ChangeRequest): Promise<unknown> {
    if (request.kind !== "restore") return undefined;
    const found = (await this.#observer.history()).find(
      (it: HistoryEntry) => it.started === request.started,
    );
    if (!found) throw new Refused(404, "there is no such update in the stack's history");
    return found.scale;
  }

  #problem(message: string) {
    return { location: this.location.shown, message };
  }

  /** Which files the app has, the stack file and the Procfile say. */
  #followApp(text: string): void {
    const folders = attempted(() => appFolders({ ...this.location, text }));
    if (!(folders instanceof ConfigError)) this.#files.replace(folders);
  }

  #watch(): void {
    const { file, shown } = this.location;
    try {
      this.#files.add(dirname(file), basename(file));
    } catch (error) {
      process.stderr.write(`${shown} is not watched: ${messageOf(error)}\n`);
    }
    const runs = new Watches(() => {
      if (this.#listeners.size > 0) void this.#pickUp();
    }, this.#signal);
    this.#runs
      .make()
      .then(() => runs.add(this.#runs.folder))
      .catch((error: unknown) => process.stderr.write(`${messageOf(error)}\n`));
  }
}

const BUSY = "Pulumi is at work on this stack already; wait until it is done";
const CHANGED =
  "this file or the Procfile has changed on disk since it was shown; the page shows it anew: look again, and apply again";

/** A change in words: `web=4 worker.memory=1Gi`. */
function whatOf(request: ChangeRequest): string {
  if (request.kind === "words") return request.words.join(" ");
  if (request.kind === "restore")
    return `the scale of ${request.started.slice(0, 16).replace("T", " ")} UTC`;
  return request.refresh ? "put back what was changed by hand" : "the stack file as it is";
}
