import { parentPort } from "node:worker_threads";
import { declared } from "./declared.ts";
import { judge } from "./judge.ts";
import type { Answer, Task } from "./watched.ts";
import { messageOf } from "./watched.ts";

/** Does one task after the other, on a thread that can be ended while it hangs. */
parentPort?.on("message", (task: Task) => void answerTo(task).then(post));
post({ outcome: "ready" });

function post(answer: Answer): void {
  parentPort?.postMessage(messageOf(answer));
}

async function answerTo({ what, input }: Task): Promise<Answer> {
  if (what === "judge") return judge(input);
  try {
    return { outcome: "declared", objects: await declared(input) };
  } catch (error) {
    return { outcome: "broken", reason: `planned, and yet not declared: ${String(error)}` };
  }
}
