import { Metadata, status } from "@grpc/grpc-js";
import type { ServiceError } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Values } from "./values";

/** Properties from the engine's message. */
export function fromStruct(struct: Struct | undefined): Values {
  return struct?.toJavaScript() ?? {};
}

/** Properties for the engine's message. */
export function toStruct(values: Values): Struct {
  return Struct.fromJavaScript(values);
}

/** Words of a failure as the official plugin's bridge puts them. */
export function errorText(verb: string, urn: string, thrown: unknown): string {
  return `${verb} ${urn}: ${bareErrorText(thrown)}`;
}

export function bareErrorText(thrown: unknown): string {
  return `1 error occurred:\n\t* ${thrown instanceof Error ? thrown.message : String(thrown)}\n\n`;
}

/** An RPC failure. */
export function failure(message: string, metadata = new Metadata()): ServiceError {
  return Object.assign(new Error(message), { code: status.UNKNOWN, details: message, metadata });
}

/** A failure after which the object exists: the engine keeps it in state under its id. */
export function initFailure(message: string, reason: string, id: string, properties: Values): ServiceError {
  const detail = new ErrorResourceInitFailed();
  detail.setId(id);
  detail.setProperties(toStruct(properties));
  detail.setReasonsList([reason]);
  const packed = new Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const wrapped = new Status();
  wrapped.setCode(status.UNKNOWN);
  wrapped.setMessage(message);
  wrapped.addDetails(packed);
  // gRPC for Go reads details from this header; gRPC for Node has no other way to send them.
  const metadata = new Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(wrapped.serializeBinary()));
  return failure(message, metadata);
}
