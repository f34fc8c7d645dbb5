import { appendFile } from "node:fs/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { PageProject } from "./fixture.ts";
import type { Served } from "./fixture.ts";

let project: PageProject;
let served: Served;
beforeEach(async () => {
  project = await PageProject.create();
  served = await project.serve();
});
afterEach(() => project.remove());

const bearer = () => ({ authorization: `Bearer ${served.token}` });

/** The hash of the files as the page is shown them. */
async function shown(): Promise<string> {
  const { body } = await fetch(`${served.origin}/api/events?stack=dev`, { headers: bearer() });
  let text = "";
  for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const [, seen] = /"seen":"(\w+)"/.exec(text) ?? [];
    if (seen !== undefined) return seen;
  }
  throw new Error("no file was shown");
}

async function write(seen: string): Promise<number> {
  const { status } = await fetch(`${served.origin}/api/write?stack=dev`, {
    method: "POST",
    headers: { ...bearer(), "content-type": "application/json" },
    body: JSON.stringify({ kind: "words", words: ["web=3"], seen }),
  });
  return status;
}

test("what was shown is written", async () => {
  expect(await write(await shown())).toBe(200);
  expect(await project.text()).toContain("web: 3");
});

test.each([
  ["the stack file has another comment", () => project.file, "# another comment\n"],
  ["the Procfile has another process type", () => project.procfile, "worker: python work.py\n"],
  ["the Procfile has another release line", () => project.procfile, "release: python other.py\n"],
])("is refused where %s since it was shown", async (_, file, line) => {
  const seen = await shown();
  await appendFile(file(), line);
  expect(await write(seen)).toBe(422);
  expect(await project.text()).not.toContain("web: 3");
});
