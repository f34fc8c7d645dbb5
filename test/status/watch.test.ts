import { afterEach, beforeEach, expect, test } from "vitest";
import { HttpClient } from "../../infra/cluster/http.ts";
import { loadKubeconfig } from "../../infra/cluster/kubeconfig.ts";
import type { CollectionEvent } from "../../infra/cluster/watch.ts";
import { changesIn } from "../../infra/cluster/watch.ts";
import { apiServer } from "../support/api-server.ts";

let ended: AbortController;
beforeEach(() => {
  ended = new AbortController();
});
afterEach(() => ended.abort());

const pod = (name: string, resourceVersion: string) => ({ metadata: { name, resourceVersion } });
const line = (type: string, object: object) => `${JSON.stringify({ type, object })}\n`;
const list = (resourceVersion: string, next: string, ...items: object[]) =>
  JSON.stringify({ metadata: { resourceVersion, continue: next }, items });

/** What happens to a collection, as texts, until so many things have happened. */
async function happenings(kubeconfig: string, count: number): Promise<string[]> {
  const access = await loadKubeconfig({ kubeconfig, context: undefined, cluster: undefined });
  const http = new HttpClient(access, ended.signal);
  const seen: string[] = [];
  for await (const event of changesIn(http, {
    path: "/api/v1/pods",
    query: { labelSelector: "a=b" },
  })) {
    seen.push(`${event.kind} ${namesIn(event)}`);
    if (seen.length === count) break;
  }
  return seen;
}

function namesIn(event: CollectionEvent): string {
  const objects = event.kind === "all" ? event.objects : [event.object];
  return objects
    .map((it) => JSON.stringify(it["metadata"]).replace(/.*"name":"(\w+)".*/, "$1"))
    .join(" ");
}

test("all pages of a list, each change, and a watch that goes on where the last one ended", async () => {
  let watches = 0;
  const { kubeconfig, asked } = await apiServer(({ searchParams }, response) => {
    if (searchParams.has("watch")) {
      watches += 1;
      response.write(line("BOOKMARK", pod("none", "7")));
      response.write(line(watches === 1 ? "ADDED" : "DELETED", pod("c", String(7 + watches))));
      return void response.end();
    }
    const isFirst = !searchParams.has("continue");
    response.end(isFirst ? list("5", "more", pod("a", "1")) : list("5", "", pod("b", "2")));
  });
  expect(await happenings(kubeconfig, 3)).toEqual(["all a b", "changed c", "gone c"]);
  const watched = asked
    .map((it) => new URL(it, "http://host").searchParams)
    .filter((it) => it.has("watch"));
  expect(watched.map((it) => it.get("resourceVersion"))).toEqual(["5", "8"]);
  expect(watched.every((it) => it.get("labelSelector") === "a=b")).toBe(true);
});

test.each([
  [
    "at once",
    (response: { writeHead: (code: number) => { end: (text: string) => void } }) =>
      response.writeHead(410).end(JSON.stringify({ message: "too old" })),
  ],
  [
    "in the middle of a watch",
    (response: { end: (text: string) => void }) =>
      response.end(line("ERROR", { code: 410, message: "too old" })),
  ],
])("where the cluster has forgotten the version, %s, all comes anew", async (_, forget) => {
  let lists = 0;
  const { kubeconfig } = await apiServer(({ searchParams }, response) => {
    if (!searchParams.has("watch")) {
      lists += 1;
      return void response.end(list(String(lists), "", pod(lists === 1 ? "a" : "b", "1")));
    }
    forget(response);
  });
  expect(await happenings(kubeconfig, 2)).toEqual(["all a", "all b"]);
});

test("a refusal ends it, with the cluster's reason", async () => {
  const { kubeconfig } = await apiServer(({ searchParams }, response) => {
    if (!searchParams.has("watch")) return void response.end(list("1", ""));
    response.writeHead(403).end(JSON.stringify({ message: "pods is forbidden" }));
  });
  await expect(happenings(kubeconfig, 2)).rejects.toThrow("pods is forbidden");
});
