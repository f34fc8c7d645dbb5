/**
 * Runs a plugin that is written for Node.js, such as the provider of a component, as the official
 * language host does (pulumi/pulumi, sdk/nodejs/cmd/pulumi-language-nodejs/main.go: RunPlugin):
 * what the plugin prints goes to the engine, which ends the plugin by ending the call.
 */
import { spawn } from "node:child_process";
import type { ServerWritableStream } from "@grpc/grpc-js";
import language from "@pulumi/pulumi/proto/language_pb.js";
import type { RunPluginRequest, RunPluginResponse } from "@pulumi/pulumi/proto/language_pb.js";
import { plainError } from "../shared/serve.ts";
import { fromStruct } from "../shared/struct.ts";
import { ending } from "./child.ts";
import { runPath } from "./command.ts";
import { runtimeOptions } from "./options.ts";

type Call = ServerWritableStream<RunPluginRequest, RunPluginResponse>;

export async function runPlugin(call: Call): Promise<void> {
  try {
    const error = await runToItsEnd(call);
    if (error !== "") throw new Error(error);
    call.end();
  } catch (error) {
    call.emit("error", plainError(error));
  }
}

/** Returns what went wrong, or nothing. */
function runToItsEnd(call: Call): Promise<string> {
  const { request } = call;
  const info = request.getInfo();
  const folder = info?.getProgramDirectory() ?? ".";
  const { typescript, nodeargs } = runtimeOptions(fromStruct(info?.getOptions()));
  const path = runPath(folder, "@pulumi/pulumi/cmd/run-plugin");
  // Behind the path, where Node.js does not see them: so does the official host, see
  // pulumi/pulumi#20396.
  const child = spawn("node", [path, ...nodeargs, folder, ...request.getArgsList()], {
    cwd: request.getPwd(),
    env: {
      ...variables(request.getEnvList()),
      ...(typescript && { PULUMI_NODEJS_TYPESCRIPT: "true" }),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.on("data", (chunk: Buffer) =>
    call.write(new language.RunPluginResponse().setStdout(chunk)),
  );
  child.stderr.on("data", (chunk: Buffer) =>
    call.write(new language.RunPluginResponse().setStderr(chunk)),
  );
  const kill = () => child.kill("SIGKILL");
  call.once("cancelled", kill);
  process.once("exit", kill);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      process.removeListener("exit", kill);
      resolve(ending(code, signal).error);
    });
  });
}

function variables(list: readonly string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(
    list.map((line) => {
      const at = line.indexOf("=");
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
}
