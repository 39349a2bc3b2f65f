import type { sendUnaryData, ServerUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import { PluginAttach, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { connect, requireDaemon } from "./daemon";
import { Engine } from "./engine";
import { HalfMade } from "./kind";
import { kindOf, nameOf } from "./kinds";
import { bareErrorText, errorText, failure, fromStruct, initFailure, toStruct } from "./wire";
import type { Difference } from "./diff";
import type { Request } from "./kind";

/** The version of the official plugin that this one stands in for. */
const VERSION = "5.2.0";

const { PropertyDiff, DiffResponse } = proto;

/** The engine's provider protocol over the kinds of this plugin. */
export class ProviderServer {
  private readonly engine: Engine;
  private readonly cancelling = new AbortController();
  private docker = connect(undefined);
  private address = process.env["DOCKER_HOST"] ?? "unix:///var/run/docker.sock";

  constructor(engineAddress: string | undefined) {
    this.engine = new Engine(engineAddress);
  }

  /** The methods by their name in the protocol; the others answer UNIMPLEMENTED. */
  methods(): UntypedServiceImplementation {
    return {
      getPluginInfo: unary(() => {
        const info = new PluginInfo();
        info.setVersion(VERSION);
        return info;
      }),
      attach: unary((request: PluginAttach) => {
        this.engine.attach(request.getAddress());
        return new Empty();
      }),
      cancel: unary(() => {
        this.cancelling.abort();
        return new Empty();
      }),
      getSchema: unary(() => {
        const response = new proto.GetSchemaResponse();
        response.setSchema("{}");
        return response;
      }),
      checkConfig: unary((request: proto.CheckRequest) => {
        const response = new proto.CheckResponse();
        response.setInputs(request.getNews());
        return response;
      }),
      diffConfig: unary((request: proto.DiffRequest) => {
        const changed = JSON.stringify(fromStruct(request.getOlds())) !== JSON.stringify(fromStruct(request.getNews()));
        return diffResponse(changed ? [{ property: "host", change: "update", replaces: false }] : []);
      }),
      configure: unary((request: proto.ConfigureRequest) => this.configure(request)),
      check: unary((request: proto.CheckRequest) => check(request)),
      diff: unary((request: proto.DiffRequest) => diff(request)),
      create: unary((request: proto.CreateRequest) => this.create(request)),
      read: unary((request: proto.ReadRequest) => this.read(request)),
      update: unary((request: proto.UpdateRequest) => this.update(request)),
      delete: unary((request: proto.DeleteRequest) => this.delete(request)),
    };
  }

  private async configure(request: proto.ConfigureRequest): Promise<proto.ConfigureResponse> {
    const { host } = fromStruct(request.getArgs());
    const chosen = typeof host === "string" && host !== "" ? host : undefined;
    if (chosen !== undefined) this.address = chosen;
    this.docker = connect(chosen);
    if (chosen !== undefined || process.env["DOCKER_HOST"] !== undefined) {
      try {
        await this.docker.ping();
      } catch {
        throw new Error(
          `docker native provider returned an unexpected error from Configure: failed to connect to any docker daemon`,
        );
      }
    }
    const response = new proto.ConfigureResponse();
    response.setSupportspreview(true);
    response.setSupportsAutonamingConfiguration(true);
    // No secrets on the wire: the engine hands values out plain and marks the outputs of secret inputs itself.
    return response;
  }

  private async create(request: proto.CreateRequest): Promise<proto.CreateResponse> {
    const kind = kindOf(request.getUrn());
    const inputs = fromStruct(request.getProperties());
    const response = new proto.CreateResponse();
    if (request.getPreview()) {
      response.setProperties(toStruct(kind.foresee(inputs)));
      return response;
    }
    try {
      await requireDaemon(this.docker, this.address);
      const found = await kind.create(inputs, this.request(request));
      response.setId(found.id);
      response.setProperties(toStruct(kind.outputsOf(inputs, found.outputs)));
      return response;
    } catch (thrown) {
      if (!(thrown instanceof HalfMade)) throw failure(bareErrorText(thrown));
      const reason = bareErrorText(thrown);
      throw initFailure(errorText("creating", request.getUrn(), thrown), reason, thrown.id, kind.outputsOf(inputs));
    }
  }

  private async read(request: proto.ReadRequest): Promise<proto.ReadResponse> {
    const kind = kindOf(request.getUrn());
    const state = fromStruct(request.getProperties());
    const response = new proto.ReadResponse();
    const found = await this.naming("refreshing", request, () =>
      kind.read(request.getId(), state, this.request(request)),
    );
    if (found === undefined) return response; // an empty id says that the object is gone
    const outputs = kind.outputsOf(state, found.outputs);
    response.setId(found.id);
    response.setProperties(toStruct(outputs));
    response.setInputs(toStruct(kind.inputsAsRead(fromStruct(request.getInputs()), outputs)));
    return response;
  }

  private async update(request: proto.UpdateRequest): Promise<proto.UpdateResponse> {
    const kind = kindOf(request.getUrn());
    const state = fromStruct(request.getOlds());
    const inputs = fromStruct(request.getNews());
    const response = new proto.UpdateResponse();
    const outputs = request.getPreview()
      ? kind.plan(state, inputs)
      : await this.naming("updating", request, async () => {
          await kind.update(request.getId(), state, inputs, this.request(request));
          return kind.plan(state, inputs); // the daemon is not asked again
        });
    response.setProperties(toStruct(outputs));
    return response;
  }

  private async delete(request: proto.DeleteRequest): Promise<Empty> {
    const state = fromStruct(request.getProperties());
    const kind = kindOf(request.getUrn());
    await this.naming("deleting", request, () => kind.delete(request.getId(), state, this.request(request)));
    return new Empty();
  }

  /** Runs work on an object that exists; a failure names what was being done to which resource. */
  private async naming<T>(verb: string, request: { getUrn(): string }, work: () => Promise<T>): Promise<T> {
    try {
      await requireDaemon(this.docker, this.address);
      return await work();
    } catch (thrown) {
      throw failure(errorText(verb, request.getUrn(), thrown));
    }
  }

  private request(request: { getUrn(): string; getTimeout(): number }): Request {
    return {
      docker: this.docker,
      cancelled: this.cancelling.signal,
      urn: request.getUrn(),
      timeout: request.getTimeout(),
      progress: (urn, message) => this.engine.progress(urn, message),
    };
  }
}

function check(request: proto.CheckRequest): proto.CheckResponse {
  const urn = request.getUrn();
  const name = nameOf(urn);
  const { inputs, failures } = kindOf(urn).checkInputs(
    name,
    fromStruct(request.getNews()),
    fromStruct(request.getOlds()),
    proposedName(request, name),
  );
  const response = new proto.CheckResponse();
  response.setInputs(toStruct(inputs));
  response.setFailuresList(
    failures.map((reason) => {
      const failed = new proto.CheckFailure();
      failed.setReason(reason);
      return failed;
    }),
  );
  return response;
}

/** `<logical name>-<7 hex digits>`, or what the stack's autonaming settings say. */
function proposedName(request: proto.CheckRequest, name: string): string {
  const proposed = request.getAutonaming()?.getProposedName();
  if (proposed) return proposed;
  return `${name}-${Buffer.from(request.getRandomseed_asU8()).toString("hex").slice(0, 7)}`;
}

function diff(request: proto.DiffRequest): proto.DiffResponse {
  const kind = kindOf(request.getUrn());
  const inputs = fromStruct(request.getNews());
  const { found, deleteFirst } = kind.differences(fromStruct(request.getOlds()), inputs);
  const ignored = new Set(request.getIgnorechangesList());
  const response = diffResponse(found.filter(({ property }) => !ignored.has(property)));
  response.setDeletebeforereplace(deleteFirst);
  response.setStablesList(Object.keys(kind.inputs).filter((key) => kind.inputs[key]?.replaces === true));
  return response;
}

function diffResponse(found: readonly Difference[]): proto.DiffResponse {
  const kinds = {
    add: [PropertyDiff.Kind.ADD, PropertyDiff.Kind.ADD_REPLACE],
    update: [PropertyDiff.Kind.UPDATE, PropertyDiff.Kind.UPDATE_REPLACE],
    delete: [PropertyDiff.Kind.DELETE, PropertyDiff.Kind.DELETE_REPLACE],
  } as const;
  const response = new DiffResponse();
  response.setChanges(found.length > 0 ? DiffResponse.DiffChanges.DIFF_SOME : DiffResponse.DiffChanges.DIFF_NONE);
  response.setDiffsList(found.map(({ property }) => property));
  response.setReplacesList(found.filter(({ replaces }) => replaces).map(({ property }) => property));
  response.setHasdetaileddiff(true);
  for (const { property, change, replaces } of found) {
    const detail = new PropertyDiff();
    detail.setKind(kinds[change][replaces ? 1 : 0]);
    response.getDetaileddiffMap().set(property, detail);
  }
  return response;
}

/** A gRPC method from a function of its request. */
function unary<In, Out>(handle: (request: In) => Out | Promise<Out>) {
  return (call: ServerUnaryCall<In, Out>, callback: sendUnaryData<Out>): void => {
    Promise.resolve()
      .then(() => handle(call.request))
      .then(
        (response) => callback(null, response),
        (thrown: unknown) =>
          callback(
            isServiceError(thrown) ? thrown : failure(String(thrown instanceof Error ? thrown.message : thrown)),
          ),
      );
  };
}

function isServiceError(thrown: unknown): thrown is ReturnType<typeof failure> {
  return thrown instanceof Error && "code" in thrown && "metadata" in thrown;
}
