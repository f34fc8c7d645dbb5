/** The engine's own service, as far as the plugins use it: messages to the user, debuggers. */
import grpc from "@grpc/grpc-js";
import engineRpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engineTypes from "@pulumi/pulumi/proto/engine_pb.js";
import type { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import { toStruct } from "./struct.ts";
import type { JsonObject } from "./json.ts";

export type Severity = "debug" | "info" | "warning" | "error";

const SEVERITIES = {
  debug: engineTypes.LogSeverity.DEBUG,
  info: engineTypes.LogSeverity.INFO,
  warning: engineTypes.LogSeverity.WARNING,
  error: engineTypes.LogSeverity.ERROR,
} as const;

export class Engine {
  #client: EngineClient | undefined;

  constructor(address: string | undefined) {
    this.connect(address);
  }

  connect(address: string | undefined): void {
    if (address === undefined || address === "") return;
    this.#client?.close();
    this.#client = new engineRpc.EngineClient(address, grpc.credentials.createInsecure());
  }

  /** A message that stays on the display, beside the resource it is about. */
  log(severity: Severity, message: string, urn = ""): Promise<void> {
    return this.#send({ severity, message, urn, ephemeral: false });
  }

  /** What a resource is doing right now; the next one takes its place, an empty one clears it. */
  status(urn: string, message: string): Promise<void> {
    return this.#send({ severity: "info", message, urn, ephemeral: true });
  }

  startDebugging(config: JsonObject, message: string): Promise<void> {
    const request = new engineTypes.StartDebuggingRequest();
    request.setConfig(toStruct(config));
    request.setMessage(message);
    return new Promise((resolve, reject) => {
      if (this.#client === undefined) return resolve();
      this.#client.startDebugging(request, (error) => {
        if (error === null) resolve();
        else reject(new Error(`unable to start debugging: ${error.message}`));
      });
    });
  }

  #send(entry: {
    severity: Severity;
    message: string;
    urn: string;
    ephemeral: boolean;
  }): Promise<void> {
    const request = new engineTypes.LogRequest();
    request.setSeverity(SEVERITIES[entry.severity]);
    request.setMessage(entry.message);
    request.setUrn(entry.urn);
    request.setEphemeral(entry.ephemeral);
    // A message that cannot be delivered is no reason to fail the operation it is about.
    return new Promise((resolve) => {
      if (this.#client === undefined) resolve();
      else this.#client.log(request, () => resolve());
    });
  }
}
