import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { download } from "../../local/tools/download.ts";

const content = Buffer.alloc(200_000, "kwok");
const sum = createHash("sha256").update(content).digest("hex");
const patience = { answerMs: 300, pieceMs: 300 };

let folder: string;
let server: Server;
let base: string;
/** What the server does with each path; a path that is not here is not found. */
let routes: Record<string, RequestListener>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "download-"));
  routes = { "/tool": (_, response) => response.end(content) };
  server = createServer((request, response) => {
    const route = routes[request.url ?? ""];
    if (route) route(request, response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  base = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => void server.close(resolve));
  await rm(folder, { recursive: true });
});

const target = () => join(folder, "tool");
const checksum = (whenMissing: "refuse" | "accept" = "refuse") => ({
  url: `${base}/sums`,
  whenMissing,
});
const serveSums = (text: string) => (routes["/sums"] = (_, response) => void response.end(text));

/** Why a download fails, and what it leaves in the folder. */
const failureOf = async (source: Parameters<typeof download>[0]) => {
  const begun = Date.now();
  const error: unknown = await download(source, target(), { patience }).catch(
    (why: unknown) => why,
  );
  if (Date.now() - begun > 2_000) throw new Error("took long to fail");
  return { message: error instanceof Error ? error.message : "", left: await readdir(folder) };
};

describe("a download that comes", () => {
  it("is written whole", async () => {
    await download({ url: `${base}/tool` }, target(), { patience });
    expect(await readFile(target())).toEqual(content);
    expect(await readdir(folder)).toEqual(["tool"]);
  });

  it("is accepted when its sum is in a published list", async () => {
    serveSums(`${"0".repeat(64)}  other\n${sum}  tool\n`);
    await download({ url: `${base}/tool`, checksum: checksum() }, target(), { patience });
    expect(await readFile(target())).toEqual(content);
  });

  it("is accepted when its sum is published alone", async () => {
    serveSums(sum);
    await download({ url: `${base}/tool`, checksum: checksum() }, target(), { patience });
    expect(await readFile(target())).toEqual(content);
  });

  it("tells how far it is", async () => {
    const seen: string[] = [];
    await download({ url: `${base}/tool` }, target(), {
      patience,
      onProgress: (text) => void seen.push(text),
    });
    expect(seen.at(-1)).toMatch(/^tool: \d+ (of \d+ )?MiB$/);
  });
});

describe("a download that must not be used", () => {
  it("has another sum than the published one", async () => {
    serveSums(`${"0".repeat(64)}  tool\n`);
    expect(await failureOf({ url: `${base}/tool`, checksum: checksum() })).toEqual({
      message: expect.stringMatching(/has the SHA-256 sum .* published/),
      left: [],
    });
  });

  it("is not in the published list", async () => {
    serveSums(`${sum}  another\n`);
    expect(await failureOf({ url: `${base}/tool`, checksum: checksum() })).toEqual({
      message: expect.stringMatching(/no SHA-256 sum for tool/),
      left: [],
    });
  });

  it("has a list that is not one, such as a sign-in page", async () => {
    serveSums("<html>Sign in</html>");
    expect(await failureOf({ url: `${base}/tool`, checksum: checksum() })).toEqual({
      message: expect.stringMatching(/no SHA-256 sum for tool/),
      left: [],
    });
  });

  it("lacks its list, where one is always published", async () => {
    expect(await failureOf({ url: `${base}/tool`, checksum: checksum() })).toEqual({
      message: expect.stringMatching(/sums answered 404/),
      left: [],
    });
  });

  it("is cut in the middle, though the server had said how long it is", async () => {
    routes["/tool"] = (_, response) => {
      response.writeHead(200, { "content-length": content.length });
      response.write(content.subarray(0, 100_000), () => response.destroy());
    };
    expect(await failureOf({ url: `${base}/tool` })).toEqual({
      message: expect.stringMatching(/127\.0\.0\.1/),
      left: [],
    });
  });

  it("is cut in the middle of a body of unknown length", async () => {
    routes["/tool"] = (_, response) => {
      response.write(content.subarray(0, 100_000), () => response.destroy());
    };
    expect(await failureOf({ url: `${base}/tool` })).toEqual({
      message: expect.stringMatching(/127\.0\.0\.1/),
      left: [],
    });
  });

  it("is not found", async () => {
    expect(await failureOf({ url: `${base}/nothing` })).toEqual({
      message: expect.stringMatching(/nothing answered 404 Not Found/),
      left: [],
    });
  });
});

it("takes a file without a list where the host publishes none", async () => {
  await download({ url: `${base}/tool`, checksum: checksum("accept") }, target(), { patience });
  expect(await readFile(target())).toEqual(content);
});

describe("a host that is given up", () => {
  it("never answers", async () => {
    routes["/silent"] = () => undefined;
    expect(await failureOf({ url: `${base}/silent` })).toEqual({
      message: expect.stringMatching(/was silent for 0.3 s/),
      left: [],
    });
  });

  it("answers and then falls silent", async () => {
    routes["/stalled"] = (_, response) => void response.write(content.subarray(0, 1_000));
    expect(await failureOf({ url: `${base}/stalled` })).toEqual({
      message: expect.stringMatching(/was silent for 0.3 s/),
      left: [],
    });
  });

  it("is not there", async () => {
    server.closeAllConnections();
    await new Promise((resolve) => void server.close(resolve));
    expect(await failureOf({ url: `${base}/tool` })).toEqual({
      message: expect.stringMatching(/ECONNREFUSED/),
      left: [],
    });
    server.listen(0, "127.0.0.1");
  });
});

it("ends at once, and leaves nothing, when it is interrupted", async () => {
  routes["/stalled"] = (_, response) => void response.write(content.subarray(0, 1_000));
  const controller = new AbortController();
  const options = { signal: controller.signal, onProgress: () => controller.abort("stop") };
  await expect(download({ url: `${base}/stalled` }, target(), options)).rejects.toBe("stop");
  expect(await readdir(folder)).toEqual([]);
});
