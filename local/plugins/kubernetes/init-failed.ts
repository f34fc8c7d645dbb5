/**
 * The object is there but does not come up. The engine records it as it is, with the reasons, and
 * tries again next time; it learns so from a detail of the gRPC error.
 */
import grpc from "@grpc/grpc-js";
import type { ServerErrorResponse } from "@grpc/grpc-js";
import anyTypes from "google-protobuf/google/protobuf/any_pb.js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import statusTypes from "@pulumi/pulumi/proto/status_pb.js";
import type { JsonObject } from "../shared/json.ts";
import { plainError } from "../shared/serve.ts";
import { toStruct } from "../shared/struct.ts";

export interface Failure {
  id: string;
  /** What the state is to hold of the object. */
  properties: JsonObject;
  /** Its inputs, where they are not the ones that the engine sent. */
  inputs?: JsonObject;
  reasons: string[];
}

export class InitFailed extends Error {
  override readonly name = "InitFailed";
  readonly failure: Failure;

  constructor(message: string, failure: Failure) {
    super(message);
    this.failure = failure;
  }
}

export function toServiceError(error: unknown): ServerErrorResponse {
  const plain = plainError(error);
  if (!(error instanceof InitFailed)) return plain;
  const metadata = new grpc.Metadata();
  const status = Buffer.from(statusOf(error).serializeBinary());
  metadata.add("grpc-status-details-bin", status);
  return Object.assign(plain, { metadata });
}

function statusOf({ message, failure }: InitFailed) {
  const detail = new provider.ErrorResourceInitFailed();
  detail.setId(failure.id);
  detail.setProperties(toStruct(failure.properties));
  detail.setReasonsList(failure.reasons);
  if (failure.inputs !== undefined) detail.setInputs(toStruct(failure.inputs));
  const packed = new anyTypes.Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new statusTypes.Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(message);
  status.addDetails(packed);
  return status;
}
