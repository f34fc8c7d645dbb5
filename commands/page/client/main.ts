/** The page in the browser: what is told goes into the model, and the model is drawn. */
import { render } from "preact";
import type { ChangeView, PageInfo, PreviewView, RefusalView, Told, WrittenView } from "../api.ts";
import type { Desk, Model } from "./model.ts";
import {
  begun,
  deskOf,
  heard,
  requestOf,
  shownStacks,
  stagedOf,
  unanswered,
  unstaged,
  edited,
  withDesk,
} from "./model.ts";
import type { Acts } from "./scope.ts";
import { page } from "./view.ts";

/** After the last click: Pulumi takes a second or two. */
const PREVIEW_AFTER_MS = 700;
const REJOIN_MS = 1_000;
const RUN_LOOK_MS = 200;

const token = takeToken();
const root = document.querySelector("#page") ?? document.body;
const previews = new Map<string, AbortController>();
let joined = new AbortController();
let model: Model;
let drawing = false;

/** The token goes from the address into the tab's own storage, which no other port shares. */
function takeToken(): string {
  const key = "dash-scale-token";
  const [, given] = /^#token=([\w-]+)$/.exec(location.hash) ?? [];
  if (given !== undefined) {
    sessionStorage.setItem(key, given);
    history.replaceState(null, "", location.pathname);
  }
  return sessionStorage.getItem(key) ?? "";
}

/** Several changes at once are drawn once. */
function set(next: Model): void {
  model = next;
  if (drawing) return;
  drawing = true;
  queueMicrotask(() => {
    drawing = false;
    render(page(model, acts), root);
  });
}

function change(stack: string, how: (desk: Desk) => Desk): void {
  set(withDesk(model, stack, how));
}

const acts: Acts = {
  show: (shown) => {
    set({ ...model, shown });
    join();
  },
  edit: (stack, type, field, value) => {
    change(stack, (desk) => edited(desk, { type, field, value }));
    void ask(stack);
  },
  stage: (stack, whole) => {
    change(stack, (desk) => ({ ...unstaged(desk), whole }));
    void ask(stack);
  },
  confirm: (stack) => {
    change(stack, (desk) => ({ ...desk, confirm: true }));
    void ask(stack);
  },
  discard: (stacks) => {
    for (const stack of stacks) {
      previews.get(stack)?.abort();
      change(stack, unstaged);
    }
  },
  apply: (stacks) => void applyAll(stacks),
  write: (stack) => void order(stack, "write"),
  stop: (stack) => void post<object>(stack, "stop", {}),
  allow: (allowed) => set({ ...model, allowed }),
};

/** One stack after the other, as they stand: production is the last. */
async function applyAll(stacks: readonly string[]): Promise<void> {
  for (const stack of stacks) {
    if (!(await order(stack, "apply"))) return;
    if (stacks.length > 1 && !(await isApplied(stack))) return;
  }
  set({ ...model, allowed: "" });
}

async function isApplied(stack: string): Promise<boolean> {
  for (;;) {
    const state = deskOf(model, stack).run?.state;
    if (state !== "running" && state !== "stopping") return state === "done";
    await later(RUN_LOOK_MS);
  }
}

async function order(stack: string, what: "apply" | "write"): Promise<boolean> {
  const desk = deskOf(model, stack);
  const request = requestOf(desk);
  if (!request || desk.sending) return false;
  change(stack, (now) => ({ ...now, sending: true, refused: [] }));
  const answer = await post<WrittenView>(stack, what, { ...request, seen: desk.file?.seen });
  change(stack, (now) => ({ ...now, sending: false }));
  if (!answer.value) {
    change(stack, (now) => ({ ...now, refused: answer.refused }));
    void ask(stack);
    return false;
  }
  const { value } = answer;
  previews.get(stack)?.abort();
  if (what === "apply") change(stack, unstaged);
  else
    change(stack, (now) => ({
      ...unstaged(now),
      whole: { kind: "file", refresh: false },
      written: value,
    }));
  if (what === "write") void ask(stack);
  return true;
}

/** What the staged change comes to; and, when nobody clicks for a while, what Pulumi says. */
async function ask(stack: string): Promise<void> {
  previews.get(stack)?.abort();
  const request = requestOf(deskOf(model, stack));
  if (!request) return;
  const ending = new AbortController();
  previews.set(stack, ending);
  change(stack, unanswered);
  const { value, refused } = await post<ChangeView>(stack, "change", request, ending.signal);
  // A later click has asked again.
  if (ending.signal.aborted) return;
  if (!value) return change(stack, (desk) => ({ ...desk, refused }));
  change(stack, (desk) => ({ ...desk, change: value }));
  if (value.problems.length > 0) return;
  await later(PREVIEW_AFTER_MS);
  if (ending.signal.aborted) return;
  const preview = await post<PreviewView>(stack, "preview", request, ending.signal);
  if (ending.signal.aborted) return;
  const failed = { changes: [], notes: [], warnings: [], errors: preview.refused };
  change(stack, (desk) => ({ ...desk, preview: preview.value ?? failed }));
}

function later(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

interface Answer<Value> {
  readonly value?: Value;
  readonly refused: readonly string[];
}

async function post<Value>(
  stack: string,
  what: string,
  body: object,
  signal?: AbortSignal,
): Promise<Answer<Value>> {
  try {
    const response = await fetch(`/api/${what}?stack=${encodeURIComponent(stack)}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
      ...(signal ? { signal } : {}),
    });
    if (response.ok) {
      const value: Value = await response.json();
      return { value, refused: [] };
    }
    const { problems }: RefusalView = await response.json();
    return {
      refused: problems.map(({ location: where, message }) =>
        where === "page" ? message : `${where}: ${message}`,
      ),
    };
  } catch {
    return { refused: ["The page's server does not answer."] };
  }
}

/** Follows the stacks that are on the screen, for as long as they are. */
function join(): void {
  joined.abort();
  const ending = new AbortController();
  joined = ending;
  void follow(ending.signal);
}

async function follow(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await readStream(signal).catch(() => undefined);
    if (signal.aborted) return;
    set({ ...model, link: "lost" });
    await later(REJOIN_MS);
  }
}

/** EventSource could not send the token. */
async function readStream(signal: AbortSignal): Promise<void> {
  const query = shownStacks(model).map((stack) => `stack=${encodeURIComponent(stack)}`);
  const headers = { authorization: `Bearer ${token}` };
  const { body, ok } = await fetch(`/api/events?${query.join("&")}`, { headers, signal });
  if (!ok || !body) return;
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (rest + value).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines.filter((it) => it !== "")) hear(JSON.parse(line));
  }
}

function hear(told: Told & { readonly stack: string }): void {
  const before = deskOf(model, told.stack);
  const desk = heard(before, told);
  set({ ...withDesk(model, told.stack, () => desk), link: "live" });
  const isOther =
    told.kind === "file" && before.file !== undefined && before.file.seen !== told.file.seen;
  if (isOther && stagedOf(desk)) void ask(told.stack);
}

async function start(): Promise<void> {
  const response = await fetch("/api/page", { headers: { authorization: `Bearer ${token}` } });
  if (!response.ok) {
    root.textContent =
      "This page needs its token: open the address that `npx dash-scale page` shows in the terminal.";
    return;
  }
  const info: PageInfo = await response.json();
  root.replaceChildren();
  set(begun(info));
  join();
}

void start();
