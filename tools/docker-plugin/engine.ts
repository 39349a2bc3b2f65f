import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

/** The engine's side of the connection: progress lines beside a resource. */
export class Engine {
  private client: EngineClient | undefined;

  constructor(address: string | undefined) {
    if (address !== undefined) this.attach(address);
  }

  attach(address: string): void {
    this.client = new EngineClient(address, credentials.createInsecure());
  }

  /** Shows what a resource is doing, until its next line. A line that does not arrive harms nothing. */
  progress(urn: string, message: string): void {
    if (this.client === undefined) return;
    const request = new LogRequest();
    request.setSeverity(LogSeverity.INFO);
    request.setUrn(urn);
    request.setMessage(message);
    request.setEphemeral(true);
    this.client.log(request, () => undefined);
  }
}
