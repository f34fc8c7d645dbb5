import type { Browser, Page } from "playwright-core";

/**
 * What measures in the page itself. `painted(isThere)` is the time at which the frame that has it
 * was drawn; `frames` are the durations of those that took more than 50 ms, which Chromium itself
 * reports as `long-animation-frame`.
 */
const RECORDER = `
globalThis.frames = [];
new PerformanceObserver((list) => frames.push(...list.getEntries().map((it) => it.duration)))
  .observe({ type: "long-animation-frame", buffered: true });
globalThis.painted = (isThere) => new Promise((resolve) => {
  let isDone = false;
  const look = () => {
    if (isDone || !isThere()) return;
    isDone = true;
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
  };
  const observer = new MutationObserver(look);
  observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  look();
});
globalThis.firstNumbers = painted(() => document.querySelector(".numbers dd"));
addEventListener("click", (event) => (globalThis.clicked = event.timeStamp), { capture: true });
`;

const VIEWPORT = { width: 1280, height: 860 } as const;

/** What a page took from a browser that has never seen it. */
export interface Visit {
  readonly tab: Page;
  /** From the load event until the first numbers were drawn. */
  readonly firstNumbers: number;
  /** All that the page is made of, as it was transferred. */
  readonly bytes: number;
}

export async function visit(browser: Browser, address: string): Promise<Visit> {
  const context = await browser.newContext({ viewport: VIEWPORT });
  const tab = await context.newPage();
  tab.setDefaultTimeout(600_000);
  await tab.addInitScript(RECORDER);
  await tab.goto(address, { waitUntil: "load" });
  const firstNumbers = await measured(
    tab,
    `firstNumbers.then((at) => at - performance.getEntriesByType("navigation")[0].loadEventEnd)`,
  );
  // The stream of what happens has no end, and no entry here.
  const bytes = await measured(
    tab,
    `performance.getEntries().reduce((sum, it) => sum + (it.transferSize ?? 0), 0)`,
  );
  return { tab, firstNumbers, bytes };
}

/** Milliseconds from a click on a button until the cost and the changed line were drawn. */
export async function clickToCost(
  tab: Page,
  { button, pods, line }: { readonly button: string; readonly pods: string; readonly line: string },
): Promise<number> {
  const drawn = tab.evaluate(
    `painted(() =>
      document.querySelector(".costs tbody tr td:last-child")?.textContent === ${JSON.stringify(pods)} &&
      document.querySelector(".diff ins:last-of-type")?.textContent.includes(${JSON.stringify(line)}))`,
  );
  await tab.getByRole("button", { name: button, exact: true }).click();
  return Number(await drawn) - (await measured(tab, "clicked"));
}

/** Milliseconds since 1970 at which a pod was drawn in another way, or not at all any more. */
export async function podRedrawn(tab: Page, pod: string): Promise<number> {
  const title = `[...document.querySelectorAll(".pod")].find((it) => it.title.startsWith("${pod}:"))?.title`;
  return measured(
    tab,
    `(() => { const before = ${title}; return painted(() => ${title} !== before); })()
      .then((at) => performance.timeOrigin + at)`,
  );
}

/** The frames so far that took more than 50 ms, and how long they took; they are forgotten. */
export async function longFrames(tab: Page): Promise<number[]> {
  const found: unknown = await tab.evaluate("frames.splice(0)");
  return Array.isArray(found) ? found.map(Number) : [];
}

async function measured(tab: Page, expression: string): Promise<number> {
  const value = Number(await tab.evaluate(expression));
  if (Number.isFinite(value)) return value;
  throw new Error(`the page measured no number: ${expression}`);
}
