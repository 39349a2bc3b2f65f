import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { ProviderServer } from "./server";

/** The engine allows messages of this size; a state with large uploads would not fit gRPC's usual 4 MB. */
const MESSAGE_BYTES = 400 * 1024 * 1024;

// Started by the engine as `pulumi-resource-docker <engine address>`; it reads the port from the first line of output.
const server = new Server({
  "grpc.max_receive_message_length": MESSAGE_BYTES,
  "grpc.max_send_message_length": MESSAGE_BYTES,
});
const engineAddress = process.argv.slice(2).find((argument) => !argument.startsWith("-"));
server.addService(ResourceProviderService, new ProviderServer(engineAddress).methods());
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (failure, port) => {
  if (failure) throw failure;
  process.stdout.write(`${port}\n`);
});
