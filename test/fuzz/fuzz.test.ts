import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { corpus, disagreement } from "./corpus.ts";
import type { Input } from "./input.ts";
import { KINDS } from "./kinds.ts";
import { fuzz } from "./run.ts";
import { Watched } from "./watched.ts";

const watched = new Watched();
afterAll(() => watched.close());

describe("what has been wrong once", () => {
  test.each(corpus())("$name: $why", async (it) => {
    expect(disagreement(it, await watched.judge(it.input))).toBeUndefined();
  });
});

describe("a few inputs of each kind give a plan, or an error with a place", () => {
  test.each(KINDS.filter(({ share }) => share >= 1))(
    "$name",
    async (kind) => {
      const { accepted, refused, broken } = await fuzz(kind, { inputs: 150, seed: 1, samples: 0 });
      expect(broken).toBeUndefined();
      expect(accepted).toBeGreaterThan(0);
      expect(refused).toBeGreaterThan(0);
    },
    60_000,
  );
});

describe("what breaks the promise is found", () => {
  const broken = () => new Watched(new URL("./broken-worker.ts", import.meta.url));
  const image = (text: string): Input => ({ kind: "image", text });

  test("a loop that never yields, which is ended", async () => {
    const thread = broken();
    const reason = "takes more than 2 s";
    expect(await thread.judge(image("hang"))).toEqual({ outcome: "broken", reason });
    expect(await thread.judge(image("pass"))).toEqual({ outcome: "accepted", plan: "pass" });
    await thread.close();
  }, 30_000);

  test("a thread that ends", async () => {
    const thread = broken();
    expect(await thread.judge(image("exit"))).toMatchObject({ outcome: "broken" });
    await thread.close();
  }, 30_000);

  test("an exception without a place, by the smallest input", async () => {
    const inputs = fc.nat(1000).map((size) => image("a".repeat(size)));
    const kind = { name: "broken", inputs, share: 1 };
    const { broken: found } = await fuzz(kind, { inputs: 50, seed: 1, samples: 0 }, broken());
    expect(found).toEqual({ input: image("a".repeat(10)), reason: "TypeError" });
  }, 30_000);
});
