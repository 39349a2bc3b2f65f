import { Refusal } from "../../../core/refusal";
import type { JsonObject } from "./json";

/** What exists although the call failed: the engine keeps it in state, and the next `pulumi up` converges it. */
export interface Remains {
  id: string;
  /**
   * Full properties. They must hold `__provider`, which the engine's host does not add here; without it the object could
   * never be read or deleted again (docs/facts/pulumi.md#partial-failure).
   */
  properties: JsonObject;
}

/** What a provider method throws at the engine. The engine takes `id`, `properties` and `reasons` from it by name. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly id?: string;
  readonly properties?: JsonObject;
  readonly reasons?: string[];

  /**
   * @param operation What failed, for example `vicidial:Phone read of 1001@10.0.0.103`.
   * @param text Why, without secrets.
   * @param trace A stack trace for developers; the host prints it where there is one.
   */
  constructor(
    private readonly operation: string,
    text: string,
    remains?: Remains,
    trace = "",
  ) {
    super(text);
    this.stack = trace;
    if (remains === undefined) return;
    this.id = remains.id;
    this.properties = remains.properties;
    this.reasons = [text];
  }

  /** The host prints this and the stack on stderr, besides handing `message` to the engine, which shows that. */
  override toString(): string {
    return `${this.operation} failed`;
  }
}

/**
 * Everything that a thrown value says, with its causes. Node leaves `message` empty when it tried several addresses of a
 * host, so the parts speak for it.
 */
export function textOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return typeof thrown === "string" ? thrown : JSON.stringify(thrown);
  const parts = thrown instanceof AggregateError ? thrown.errors.map(textOf).join("; ") : "";
  const own = thrown.message || parts || codeOf(thrown) || thrown.name;
  const cause = thrown.cause === undefined || thrown instanceof Refusal ? "" : textOf(thrown.cause);
  return cause === "" || own.includes(cause) ? own : `${own}: ${cause}`;
}

function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : "";
}
