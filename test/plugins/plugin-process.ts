import { ROOT } from "../../infra/root.ts";
/** Starts a plugin as the engine does: its launcher, the engine's address, a port in answer. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import grpc from "@grpc/grpc-js";
import type { ServiceError } from "@grpc/grpc-js";

export interface Plugin {
  address: string;
  /** What it wrote after its port. */
  output: () => string;
  kill: (signal: NodeJS.Signals) => void;
  /** Ends the engine's side of standard input, as when the engine is killed. */
  abandon: () => void;
  /** Its exit status, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals | null>;
}

export async function startPlugin(launcher: string, env: NodeJS.ProcessEnv = {}): Promise<Plugin> {
  const path = `${join(ROOT, "node_modules/.bin")}:${process.env["PATH"] ?? ""}`;
  const child = spawn(join(ROOT, "local/plugins", launcher), ["127.0.0.1:1"], {
    cwd: ROOT,
    env: { ...process.env, ...env, PATH: path },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once("exit", (code, signal) => resolve(signal ?? code));
  });
  const lines = createInterface({ input: child.stdout });
  const [port] = await once(lines, "line");
  const later: string[] = [];
  lines.on("line", (line) => later.push(line));
  return {
    address: `127.0.0.1:${String(port)}`,
    output: () => later.join("\n"),
    kill: (signal) => child.kill(signal),
    abandon: () => child.stdin.end(),
    ended,
  };
}

/** A unary call of a generated client, as a promise. */
export function call<Response>(
  send: (done: (error: ServiceError | null, response: Response) => void) => unknown,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    send((error, response) => {
      if (error === null) resolve(response);
      else reject(error);
    });
  });
}

export const credentials = grpc.credentials.createInsecure();
