import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, expect, test } from "vitest";
import { HttpClient } from "../../infra/cluster/http.ts";
import { loadKubeconfig } from "../../infra/cluster/kubeconfig.ts";
import { Doorbell } from "../../infra/rollout/doorbell.ts";
import { apiServer } from "../support/api-server.ts";

/** Longer than a test may take: it has to ring. */
const NEVER = 600_000;
const LIST = { path: "/apis/apps/v1/namespaces/shop/deployments", version: "5" };

let ended: AbortController;
beforeEach(() => {
  ended = new AbortController();
});
afterEach(() => ended.abort());

/** A doorbell at an API server, whose watches are answered by a function. */
async function doorbellAt(answer: (response: ServerResponse) => void) {
  const { kubeconfig, asked } = await apiServer((_, response) => answer(response));
  const access = await loadKubeconfig({ kubeconfig, context: undefined, cluster: undefined });
  const bell = new Doorbell(new HttpClient(access, ended.signal));
  return { bell, asked };
}

function change(response: ServerResponse): void {
  const object = { metadata: { name: "shop-web", resourceVersion: "6" } };
  response.write(`${JSON.stringify({ type: "MODIFIED", object })}\n`);
}

test("a change since the list ends a pause", async () => {
  const { bell, asked } = await doorbellAt(change);
  bell.watch(LIST);
  await bell.pause(0, NEVER);
  expect(new URL(asked[0] ?? "", "http://host").searchParams.get("resourceVersion")).toBe("5");
});

test("a change ends one pause, and not the next one", async () => {
  const { bell } = await doorbellAt(change);
  bell.watch(LIST);
  await bell.pause(0, NEVER);
  const begun = performance.now();
  await bell.pause(0, 100);
  expect(performance.now() - begun).toBeGreaterThanOrEqual(99);
});

test("a change between two pauses ends the second", async () => {
  let watched: ServerResponse | undefined;
  const { bell } = await doorbellAt((response) => {
    watched = response;
    change(response);
  });
  bell.watch(LIST);
  await bell.pause(0, NEVER);
  if (watched) change(watched);
  await expect(bell.pause(0, NEVER)).resolves.toBeUndefined();
});

test("however often it rings, a pause has its least length", async () => {
  const { bell } = await doorbellAt(change);
  bell.watch(LIST);
  const begun = performance.now();
  await bell.pause(100, NEVER);
  expect(performance.now() - begun).toBeGreaterThanOrEqual(99);
});

test("who may not watch is refused once, and waits out each pause", async () => {
  const { bell, asked } = await doorbellAt((response) => {
    response.writeHead(403).end(JSON.stringify({ message: "forbidden" }));
  });
  for (let look = 0; look < 3; look += 1) {
    bell.watch(LIST);
    await bell.pause(0, 50);
  }
  expect(asked).toHaveLength(1);
});
