/**
 * The Kubernetes provider, for machines that cannot download the official one: the
 * ResourceProvider gRPC service on plain objects. It judges as the official one does, or stricter;
 * what it cannot do (Helm, YAML, patches) it refuses.
 */
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import pluginTypes from "@pulumi/pulumi/proto/plugin_pb.js";
import providerRpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import type { PluginAttach } from "@pulumi/pulumi/proto/plugin_pb.js";
import type {
  CheckRequest,
  ConfigureRequest,
  DiffRequest,
  InvokeRequest,
  ProviderHandshakeRequest,
} from "@pulumi/pulumi/proto/provider_pb.js";
import sdk from "@pulumi/kubernetes/package.json" with { type: "json" };
import { Engine } from "../shared/engine.ts";
import { engineAddress, serve, unary } from "../shared/serve.ts";
import { fromStruct } from "../shared/struct.ts";
import { check } from "./check.ts";
import { configure, settingsChanged } from "./configure.ts";
import { create } from "./create.ts";
import { diff } from "./diff.ts";
import { toServiceError } from "./init-failed.ts";
import { read } from "./read.ts";
import { remove } from "./remove.ts";
import { reveal } from "./secrets.ts";
import type { Session } from "./session.ts";
import { update } from "./update.ts";

const NAME = "stand-in for the Kubernetes provider, not the official one";

interface Provider {
  engine: Engine;
  cancel: AbortController;
  /** Undefined until the engine has configured us. */
  session: Session | undefined;
}

export function start(args: readonly string[]): Promise<void> {
  const state: Provider = {
    engine: new Engine(engineAddress(args)),
    cancel: new AbortController(),
    session: undefined,
  };
  const { ResourceProviderService } = providerRpc;
  const handlers = { ...lifecycle(state), ...resources(state) };
  return serve(ResourceProviderService, handlers, { onInterrupt: () => state.cancel.abort() });
}

function lifecycle(state: Provider) {
  return {
    handshake: unary((request: ProviderHandshakeRequest) => {
      state.engine.connect(request.getEngineAddress());
      return new provider.ProviderHandshakeResponse().setAcceptSecrets(true);
    }),
    attach: unary((request: PluginAttach) => {
      state.engine.connect(request.getAddress());
      return new empty.Empty();
    }),
    getPluginInfo: unary(() => new pluginTypes.PluginInfo().setVersion(sdk.version)),
    getSchema: unary(() => {
      const schema = { name: "kubernetes", version: sdk.version, description: NAME };
      return new provider.GetSchemaResponse().setSchema(JSON.stringify(schema));
    }),
    checkConfig: unary((request: CheckRequest) =>
      new provider.CheckResponse().setInputs(request.getNews()),
    ),
    diffConfig: unary(diffConfig),
    invoke: unary((request: InvokeRequest) => {
      throw new Error(`the function ${request.getTok()} is not supported by the stand-in`);
    }),
    configure: unary((request: ConfigureRequest) => configureOnce(state, request)),
    cancel: unary(() => {
      state.cancel.abort();
      return new empty.Empty();
    }),
  };
}

async function configureOnce(state: Provider, request: ConfigureRequest) {
  const settings = reveal(fromStruct(request.getArgs()));
  state.session = await configure(settings, state.engine, state.cancel.signal);
  // Not for the display, where `local/` says it: for whoever looks into the details.
  await state.engine.log("debug", `${NAME} (for ${sdk.name} ${sdk.version})`);
  const response = new provider.ConfigureResponse();
  response.setAcceptsecrets(true);
  response.setSupportspreview(true);
  return response;
}

async function diffConfig(request: DiffRequest) {
  const { DiffChanges } = provider.DiffResponse;
  const old = fromStruct(request.getOldInputs() ?? request.getOlds());
  const found = await settingsChanged(reveal(old), reveal(fromStruct(request.getNews())));
  const response = new provider.DiffResponse();
  response.setChanges(found.changed.length > 0 ? DiffChanges.DIFF_SOME : DiffChanges.DIFF_NONE);
  response.setDiffsList(found.changed);
  response.setReplacesList(found.replaces);
  return response;
}

function resources(state: Provider) {
  return {
    check: configured(state, check),
    diff: configured(state, diff),
    create: configured(state, create),
    read: configured(state, read),
    update: configured(state, update),
    delete: configured(state, remove),
  };
}

/** An operation on the configured session. */
function configured<Request, Response>(
  state: Provider,
  operation: (session: Session, request: Request) => Response | Promise<Response>,
) {
  return unary((request: Request) => {
    if (state.session === undefined) throw new Error("the provider has not been configured");
    return operation(state.session, request);
  }, toServiceError);
}
