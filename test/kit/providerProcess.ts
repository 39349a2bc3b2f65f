/**
 * The process in which the engine runs dynamic providers, driven over gRPC as the engine does, without the engine. For what the
 * CLI cannot show one call at a time: the traps of the protocol, and many `check` calls in milliseconds.
 *
 * @example
 * const host = await ProviderProcess.start(folder, env);
 * const { inputs, failures } = await host.check({ __provider, name: "denver", size: 300 });
 * await host.stop();
 */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { credentials, type ServiceError } from "@grpc/grpc-js";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { repository } from "./files";

export type Properties = Record<string, unknown>;

/** A failed call as the engine sees it. */
export class CallFailed extends Error {
  constructor(
    message: string,
    /** What exists although the call failed: the engine keeps it in state. */
    readonly remains?: { id: string; properties: Properties; reasons: string[] },
  ) {
    super(message);
  }
}

const URN = "urn:pulumi:test::test::pulumi-nodejs:dynamic/test:Thing::thing";
const HOST = join(repository, "node_modules/@pulumi/pulumi/cmd/dynamic-provider");

export class ProviderProcess {
  /** All that the process printed, besides its port. */
  output = "";

  private constructor(
    private readonly process: ChildProcess,
    private readonly client: ResourceProviderClient,
  ) {}

  /** Starts it in a program's directory, as the engine does. */
  static async start(
    folder: string,
    env: Record<string, string> = {},
    config: Properties = {},
  ): Promise<ProviderProcess> {
    const child = spawn(process.execPath, [HOST, "127.0.0.1:0"], {
      cwd: folder,
      env: { PATH: process.env.PATH, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let early = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (early += text));
    const lines = createInterface(child.stdout);
    const port = await new Promise<string>((resolve, reject) => {
      lines.once("line", resolve);
      child.once("exit", () => reject(new Error(`the provider process ended: ${early}`)));
    });
    const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
    const host = new ProviderProcess(child, client);
    lines.on("line", (line) => (host.output += `${line}\n`));
    child.stderr.on("data", (text: string) => (host.output += text));
    const request = new proto.ConfigureRequest().setArgs(struct(config));
    await call<proto.ConfigureResponse>((done) => client.configure(request, done));
    return host;
  }

  async check(news: Properties, olds: Properties = {}): Promise<{ inputs: Properties; failures: Failure[] }> {
    const request = new proto.CheckRequest().setUrn(URN).setOlds(struct(olds)).setNews(struct(news));
    const answer = await call<proto.CheckResponse>((done) => this.client.check(request, done));
    const failures = answer.getFailuresList().map((f) => ({ property: f.getProperty(), reason: f.getReason() }));
    return { inputs: object(answer.getInputs()), failures };
  }

  async diff(id: string, olds: Properties, news: Properties): Promise<proto.DiffResponse.AsObject> {
    const request = new proto.DiffRequest().setId(id).setUrn(URN).setOlds(struct(olds)).setNews(struct(news));
    return (await call<proto.DiffResponse>((done) => this.client.diff(request, done))).toObject();
  }

  async create(inputs: Properties): Promise<{ id: string; properties: Properties }> {
    const request = new proto.CreateRequest().setUrn(URN).setProperties(struct(inputs));
    const answer = await call<proto.CreateResponse>((done) => this.client.create(request, done));
    return { id: answer.getId(), properties: object(answer.getProperties()) };
  }

  async read(id: string, state: Properties): Promise<{ id: string; properties: Properties; inputs: Properties }> {
    const request = new proto.ReadRequest().setId(id).setUrn(URN).setProperties(struct(state));
    const answer = await call<proto.ReadResponse>((done) => this.client.read(request, done));
    return { id: answer.getId(), properties: object(answer.getProperties()), inputs: object(answer.getInputs()) };
  }

  async update(id: string, olds: Properties, news: Properties): Promise<Properties> {
    const request = new proto.UpdateRequest().setId(id).setUrn(URN).setOlds(struct(olds)).setNews(struct(news));
    return object((await call<proto.UpdateResponse>((done) => this.client.update(request, done))).getProperties());
  }

  async delete(id: string, state: Properties): Promise<void> {
    const request = new proto.DeleteRequest().setId(id).setUrn(URN).setProperties(struct(state));
    await call((done) => this.client.delete(request, done));
  }

  async stop(): Promise<void> {
    this.client.close();
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = new Promise((resolve) => this.process.once("exit", resolve));
    // Not SIGINT, which the engine sends first: under a background job that is ignored.
    this.process.kill("SIGKILL");
    await ended;
  }
}

export interface Failure {
  property: string;
  reason: string;
}

function struct(properties: Properties): Struct {
  return Struct.fromJavaScript(properties as Record<string, JavaScriptValue>);
}

function object(found: Struct | undefined): Properties {
  return found?.toJavaScript() ?? {};
}

function call<T>(send: (done: (error: ServiceError | null, answer: T) => void) => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    send((error, answer) => {
      if (error === null) resolve(answer);
      else reject(new CallFailed(error.details, remainsOf(error)));
    });
  });
}

/** What the engine reads from the failure of a create or update that left something behind. */
function remainsOf(error: ServiceError): CallFailed["remains"] {
  const [packed] = error.metadata.get("grpc-status-details-bin");
  if (!(packed instanceof Buffer)) return undefined;
  const [detail] = Status.deserializeBinary(packed).getDetailsList();
  const left = detail?.unpack(
    (bytes) => proto.ErrorResourceInitFailed.deserializeBinary(bytes),
    "pulumirpc.ErrorResourceInitFailed",
  );
  if (!left) return undefined;
  return { id: left.getId(), properties: object(left.getProperties()), reasons: left.getReasonsList() };
}
