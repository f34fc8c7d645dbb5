/** Follows what runs of a stack, what was applied, and its history, while somebody looks. */
import { messageOf } from "../../../components/config/errors.ts";
import type { AppPlan } from "../../../components/plan/app-plan.ts";
import { autoscalerKinds } from "../../../components/plan/autoscaler-findings.ts";
import type { HistoryEntry } from "../../history/entries.ts";
import { historyOf } from "../../history/read.ts";
import { countingProxy } from "../../status/advice.ts";
import type { Look } from "../../status/looks.ts";
import { withLook } from "../../status/looks.ts";
import type { Applied } from "../../status/applied.ts";
import { lastApplied } from "../../status/applied.ts";
import type { LiveApp, LiveTarget } from "../../status/live-app.ts";
import { followLiveApp, NOTHING_SEEN, rolloutsOf } from "../../status/live-app.ts";
import type { Told } from "../api.ts";
import { clusterView } from "./cluster-view.ts";
import type { StackAccess } from "./stack-access.ts";

const HISTORY_LENGTH = 20;

export class StackObserver {
  readonly #access: StackAccess;
  readonly #tell: (told: Told) => void;
  readonly #signal: AbortSignal;
  #plan: AppPlan | undefined;
  #target = "";
  #live: LiveApp | undefined;
  #looks: readonly Look[] = [];
  #applied: Applied = { unknown: "" };
  #progress = "";
  #history: Promise<HistoryEntry[]> | undefined;
  #ending: AbortController | undefined;

  constructor(access: StackAccess, tell: (told: Told) => void, signal: AbortSignal) {
    this.#access = access;
    this.#tell = tell;
    this.#signal = signal;
  }

  set plan(plan: AppPlan) {
    this.#plan = plan;
    const { name, namespace } = plan.settings;
    const autoscalers = autoscalerKinds(plan.processes).join();
    const target = `${namespace}/${name}/${countingProxy(plan) ?? ""}/${autoscalers}`;
    // Of another app nothing that was seen is true; of another proxy or kind nobody has asked.
    if (this.#ending && target !== this.#target) this.#restart();
    this.#target = target;
    this.#show();
  }

  start(): void {
    this.#restart();
    void this.#readApplied();
    void this.#readHistory();
  }

  pause(): void {
    this.#ending?.abort();
    this.#ending = undefined;
  }

  /** An update has ended. */
  updated(): void {
    void this.#readApplied();
    void this.#readHistory();
  }

  history(): Promise<HistoryEntry[]> {
    return this.#history ?? this.#askHistory();
  }

  #restart(): void {
    this.pause();
    this.#live = undefined;
    this.#looks = [];
    const ending = new AbortController();
    this.#ending = ending;
    void this.#follow(AbortSignal.any([ending.signal, this.#signal]));
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const target = await this.#targetOf().catch((error: unknown) => messageOf(error));
    if (target === undefined || signal.aborted) return;
    if (typeof target === "string" || target.settings.notYet !== undefined) {
      const unreachable = typeof target === "string" ? target : target.settings.notYet;
      this.#live = { ...NOTHING_SEEN, unreachable };
      return this.#show();
    }
    await followLiveApp(target, (live) => this.#seen(live), signal);
  }

  async #targetOf(): Promise<LiveTarget | undefined> {
    if (!this.#plan) return undefined;
    const { name: app, namespace } = this.#plan.settings;
    const proxy = countingProxy(this.#plan);
    const autoscalers = autoscalerKinds(this.#plan.processes);
    return { settings: await this.#access.cluster(), namespace, app, proxy, autoscalers };
  }

  #seen(live: LiveApp): void {
    this.#live = live;
    if (this.#plan) this.#looks = withLook(this.#looks, this.#plan, live);
    this.#show();
    const progress = rolloutsOf(live);
    // An update by somebody else has begun or ended.
    if (this.#progress !== "" && this.#progress !== progress) void this.#readApplied();
    this.#progress = progress;
  }

  #show(): void {
    if (!this.#plan) return;
    const seen = { applied: this.#applied, now: Date.now() };
    const before = { looks: this.#looks, stack: this.#access.stack };
    const view = clusterView(this.#plan, { live: this.#live ?? NOTHING_SEEN, ...seen }, before);
    this.#tell({ kind: "cluster", cluster: { ...view, asked: this.#live !== undefined } });
  }

  async #readApplied(): Promise<void> {
    this.#applied = await this.#access
      .tools()
      .then((tools) => lastApplied(this.#access.stack, tools, this.#signal))
      .catch((error: unknown) => ({ unknown: messageOf(error) }));
    if (!this.#signal.aborted) this.#show();
  }

  async #readHistory(): Promise<void> {
    this.#history = this.#askHistory();
    const history = await this.#history.then(
      (updates) => ({ updates }),
      (error: unknown) => ({ updates: [], unknown: messageOf(error) }),
    );
    if (!this.#signal.aborted) this.#tell({ kind: "history", history });
  }

  async #askHistory(): Promise<HistoryEntry[]> {
    const tools = await this.#access.tools();
    const options = { count: HISTORY_LENGTH, signal: this.#signal };
    return historyOf(this.#access.stack, tools, options);
  }
}
