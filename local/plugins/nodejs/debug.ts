/** `pulumi up --attach-debugger`: the program waits for a debugger, and the engine says where. */
import { createServer } from "node:net";
import type { Engine } from "../shared/engine.ts";

/** Node.js's own default; an editor needs no port to find it. */
const PREFERRED_PORT = 9229;

export async function freeDebugPort(): Promise<number> {
  for (let port = PREFERRED_PORT; ; port++) {
    if (await isFree(port)) return port;
  }
}

export function debugArguments(port: number): string[] {
  // The second flag keeps "Debugger listening on…" off the display.
  return [`--inspect-brk=${String(port)}`, "--inspect-publish-uid=http"];
}

export function announceDebugger(engine: Engine, processId: number, port: number): Promise<void> {
  const elsewhere = port !== PREFERRED_PORT;
  const config = {
    name: "Pulumi: Program (nodejs)",
    type: "node",
    request: "attach",
    processId,
    continueOnAttach: true,
    skipFiles: ["<node_internals>/**"],
    ...(elsewhere && { port }),
  };
  const where = elsewhere ? ` and port ${String(port)}` : "";
  return engine.startDebugging(config, `on process id ${String(processId)}${where}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
