/**
 * Pulumi's Node.js language host: what stands between the engine and a program. It starts the
 * program as the official host does, so that one and the same start-up is used everywhere; only
 * what `pulumi up` and its like need is here (no code generation, no policy packs, and none of
 * the synchronous invokes that current SDKs no longer make).
 */
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import languageRpc from "@pulumi/pulumi/proto/language_grpc_pb.js";
import language from "@pulumi/pulumi/proto/language_pb.js";
import plugins from "@pulumi/pulumi/proto/plugin_pb.js";
import sdk from "@pulumi/pulumi/package.json" with { type: "json" };
import type { GetRequiredPackagesResponse, RunRequest } from "@pulumi/pulumi/proto/language_pb.js";
import { Engine } from "../shared/engine.ts";
import { engineAddress, serve, unary } from "../shared/serve.ts";
import { fromStruct } from "../shared/struct.ts";
import { runProgram } from "./child.ts";
import type { Ending } from "./child.ts";
import { commandLine, environment, runPath } from "./command.ts";
import type { Program } from "./command.ts";
import { announceDebugger, debugArguments, freeDebugPort } from "./debug.ts";
import { runtimeOptions } from "./options.ts";
import { requiredPlugins } from "./packages.ts";
import { runPlugin } from "./run-plugin.ts";

/** What the host was started with, and what it has been told since. */
interface Host {
  engine: Engine;
  engineAddress: string;
  tracing: string;
  cancel: AbortController;
}

export function start(args: readonly string[]): Promise<void> {
  const address = engineAddress(args) ?? "";
  const host: Host = {
    engine: new Engine(address),
    engineAddress: address,
    tracing: tracingTarget(args),
    cancel: new AbortController(),
  };
  const { LanguageRuntimeService } = languageRpc;
  const cancel = () => host.cancel.abort();
  // The official host ends the program, too, when the engine's connection does (`Run`,
  // `context.AfterFunc`).
  return serve(LanguageRuntimeService, handlers(host), {
    onInterrupt: cancel,
    onAbandoned: cancel,
  });
}

function handlers(host: Host) {
  return {
    handshake: unary((request: { getEngineAddress(): string }) => {
      host.engineAddress = request.getEngineAddress();
      host.engine.connect(host.engineAddress);
      return new language.LanguageHandshakeResponse();
    }),
    getPluginInfo: unary(() => new plugins.PluginInfo().setVersion(sdk.version)),
    about: unary(about),
    getRequiredPackages: unary(getRequiredPackages),
    getProgramDependencies: unary(() => new language.GetProgramDependenciesResponse()),
    runtimeOptionsPrompts: unary(() => new language.RuntimeOptionsResponse()),
    template: unary(() => new language.TemplateResponse()),
    run: unary((request: RunRequest) => run(host, request)),
    runPlugin,
    cancel: unary(() => {
      host.cancel.abort();
      return new empty.Empty();
    }),
  };
}

function about() {
  const response = new language.AboutResponse();
  response.setExecutable(process.execPath);
  response.setVersion(process.version);
  response.getMetadataMap().set("languageHost", "stand-in of this project, not the official one");
  return response;
}

async function getRequiredPackages(request: {
  getInfo(): { getProgramDirectory(): string } | undefined;
}): Promise<GetRequiredPackagesResponse> {
  const response = new language.GetRequiredPackagesResponse();
  const directory = request.getInfo()?.getProgramDirectory() ?? ".";
  for (const plugin of await requiredPlugins(directory)) {
    const dependency = new plugins.PackageDependency();
    dependency.setName(plugin.name);
    dependency.setKind("resource");
    dependency.setVersion(plugin.version);
    dependency.setServer(plugin.server);
    response.addPackages(dependency);
  }
  return response;
}

async function run(host: Host, request: RunRequest) {
  const response = new language.RunResponse();
  const ending = await execute(host, request).catch((error: unknown): Ending => ({
    error: error instanceof Error ? error.message : String(error),
    bail: false,
  }));
  response.setError(ending.error);
  response.setBail(ending.bail);
  return response;
}

async function execute(host: Host, request: RunRequest): Promise<Ending> {
  const program = programOf(host, request);
  const options = runtimeOptions(fromStruct(request.getInfo()?.getOptions()));
  const path = runPath(program.programDirectory, process.env["PULUMI_LANGUAGE_NODEJS_RUN_PATH"]);
  const debugPort = request.getAttachDebugger() ? await freeDebugPort() : undefined;
  const debug = debugPort === undefined ? [] : debugArguments(debugPort);
  return runProgram({
    args: commandLine(program, path, { options, debug, tracing: host.tracing }),
    environment: environment(program, options),
    cancelled: host.cancel.signal,
    onStart: async ({ pid }) => {
      if (debugPort !== undefined && pid !== undefined) {
        await announceDebugger(host.engine, pid, debugPort);
      }
    },
  });
}

function programOf(host: Host, request: RunRequest): Program {
  const info = request.getInfo();
  const config = new Map<string, string>();
  request.getConfigMap().forEach((value, key) => config.set(key, value));
  return {
    monitor: request.getMonitorAddress(),
    engine: host.engineAddress,
    organization: request.getOrganization(),
    project: request.getProject(),
    stack: request.getStack(),
    rootDirectory: info?.getRootDirectory() ?? "",
    programDirectory: info?.getProgramDirectory() ?? request.getPwd(),
    entryPoint: info?.getEntryPoint() ?? ".",
    dryRun: request.getDryrun(),
    parallel: request.getParallel(),
    args: request.getArgsList(),
    config,
    secretKeys: request.getConfigsecretkeysList(),
  };
}

/** The engine passes `--tracing URL` or `-tracing=URL`, as Go's flags allow. */
function tracingTarget(args: readonly string[]): string {
  const index = args.findIndex((argument) => /^--?tracing(=|$)/.test(argument));
  const [, inline] = args[index]?.split("=", 2) ?? [];
  return inline ?? (index < 0 ? "" : (args[index + 1] ?? ""));
}
