import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PageProject } from "./fixture.ts";
import type { Served } from "./fixture.ts";

let project: PageProject;
let served: Served;
let reading: Served;
beforeAll(async () => {
  project = await PageProject.create();
  served = await project.serve("--allow-host", "shop.example.dev");
  reading = await project.serve("--read-only");
});
afterAll(() => project.remove());

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly at?: Served;
}

/** A request as anybody may make it: `fetch` would put the path and Host right. */
function ask(
  path: string,
  { method = "GET", headers = {}, body, at = served }: Asked = {},
): Promise<number> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(at.origin);
    const call = request({ hostname, port, path, method, headers }, (response) => {
      response.destroy();
      resolve(response.statusCode ?? 0);
    });
    call.once("error", reject);
    call.end(body);
  });
}

const bearer = (at: Served = served) => ({ authorization: `Bearer ${at.token}` });
const JSON_TYPE = { "content-type": "application/json" };
const CHANGE = JSON.stringify({ kind: "words", words: ["web=3"], seen: "x" });

describe("is let in", () => {
  test.each<[string, string, Asked]>([
    ["the page itself, which holds nothing", "/", {}],
    [
      "the page by the name localhost, from a port that is forwarded",
      "/api/page",
      { headers: { host: "localhost:9999" } },
    ],
    [
      "a host name that was allowed",
      "/api/page",
      { headers: { host: "shop.example.dev", origin: "https://shop.example.dev" } },
    ],
    ["the page's own request", "/api/page", { headers: { "sec-fetch-site": "same-origin" } }],
  ])("%s", async (_, path, asked) => {
    expect(await ask(path, { ...asked, headers: { ...bearer(), ...asked.headers } })).toBe(200);
  });
});

describe("is refused", () => {
  test.each<[string, number, string, Asked]>([
    [
      "a foreign Host, even with the token",
      403,
      "/api/page",
      { headers: { host: "evil.example" } },
    ],
    [
      "a foreign Host that begins like this machine",
      403,
      "/",
      { headers: { host: "127.0.0.1.evil.example" } },
    ],
    ["an Origin elsewhere", 403, "/api/page", { headers: { origin: "https://evil.example" } }],
    [
      "an Origin on another port of this machine",
      403,
      "/api/page",
      { headers: { origin: "http://127.0.0.1:1" } },
    ],
    ["another site", 403, "/api/page", { headers: { "sec-fetch-site": "cross-site" } }],
    [
      "another site of the same registrable name",
      403,
      "/api/page",
      { headers: { "sec-fetch-site": "same-site" } },
    ],
    ["no token", 403, "/api/page", { headers: { authorization: "" } }],
    ["another token", 403, "/api/events?stack=dev", { headers: { authorization: "Bearer x" } }],
    [
      "a form",
      415,
      "/api/change?stack=dev",
      {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: "kind=words",
      },
    ],
    [
      "plain text with JSON in it",
      415,
      "/api/apply?stack=dev",
      { method: "POST", headers: { "content-type": "text/plain" }, body: CHANGE },
    ],
    [
      "a body that is no JSON",
      400,
      "/api/change?stack=dev",
      { method: "POST", headers: JSON_TYPE, body: "{" },
    ],
    [
      "a body that is too large",
      413,
      "/api/change?stack=dev",
      { method: "POST", headers: JSON_TYPE, body: `"${"x".repeat(70_000)}"` },
    ],
    [
      "an unknown stack",
      404,
      "/api/change?stack=../dev",
      { method: "POST", headers: JSON_TYPE, body: CHANGE },
    ],
    ["an unknown stack beside a known one", 404, "/api/events?stack=dev&stack=nope", {}],
    ["a path up", 404, "/client/../server/gate.ts", {}],
    ["a path up, written otherwise", 404, "/client/%2e%2e/server/gate.ts", {}],
    ["a file that the page does not load", 404, "/client/tsconfig.json", {}],
    [
      "a path that hides the API from a check of its beginning",
      403,
      "/x/../api/page",
      { headers: { authorization: "" } },
    ],
    [
      "text that was never shown",
      422,
      "/api/apply?stack=dev",
      { method: "POST", headers: JSON_TYPE, body: CHANGE },
    ],
    [
      "what is no verb of the page",
      404,
      "/api/destroy?stack=dev",
      { method: "POST", headers: JSON_TYPE, body: "{}" },
    ],
  ])("%s", async (_, status, path, asked) => {
    const before = await project.text();
    expect(await ask(path, { ...asked, headers: { ...bearer(), ...asked.headers } })).toBe(status);
    expect(await project.text()).toBe(before);
  });

  test.each(["apply", "write", "stop"])(
    "%s on a page that only reads, by the server",
    async (what) => {
      const asked = {
        method: "POST",
        headers: { ...bearer(reading), ...JSON_TYPE },
        body: CHANGE,
        at: reading,
      };
      expect(await ask(`/api/${what}?stack=dev`, asked)).toBe(403);
    },
  );

  test("all of it on any other address than that of this machine's loopback", async () => {
    const { networkInterfaces } = await import("node:os");
    const others = Object.values(networkInterfaces())
      .flatMap((it) => it ?? [])
      .filter(({ internal, family }) => !internal && family === "IPv4");
    for (const { address } of others) {
      const at = { ...served, origin: served.origin.replace("127.0.0.1", address) };
      await expect(ask("/", { at })).rejects.toThrow("ECONNREFUSED");
    }
  });
});
