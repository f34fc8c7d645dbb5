import process from "node:process";
import { parentPort } from "node:worker_threads";
import type { Verdict } from "./input.ts";
import type { Answer, Task } from "./watched.ts";
import { messageOf } from "./watched.ts";

/** A program that does not keep the promise. */
parentPort?.on("message", ({ input }: Task) => {
  if (input.kind === "image") post(verdictOn(input.text));
});
post({ outcome: "ready" });

function post(answer: Answer): void {
  parentPort?.postMessage(messageOf(answer));
}

function verdictOn(text: string): Verdict {
  if (text === "hang") for (;;);
  if (text === "exit") process.exit(3);
  if (/^a{10}/.test(text)) return { outcome: "broken", reason: "TypeError" };
  return { outcome: "accepted", plan: text };
}
