import type { z } from "zod";

/** What a resource may keep in state: pure JSON, because the engine's protocol has nothing else. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Reads one setting: environment first, then stack config (`namespace:key`). Never part of a resource's inputs. */
export interface Settings {
  /** The setting's value, or `undefined` where neither the environment nor the stack has it. */
  get(key: string): string | undefined;
}

/** What the engine remembers of one resource: its id, its checked inputs as last applied or read, and what it computed. */
export type State<Wanted, Computed> = Wanted & Computed & { id: string };

/**
 * What a `read` found. Fields that it leaves out keep the value of the state (write-only secrets, for example); a field that
 * is there and `undefined` is one that the live object does not have. Inputs that the operator never declared and that
 * have no default are not managed: the provider leaves them out by itself.
 */
interface Live<Wanted, Computed> {
  inputs: Partial<Wanted>;
  computed?: Partial<Computed>;
}

/**
 * One kind of managed object. The author of a resource writes this and knows nothing of Pulumi: a schema, which fields
 * replace, which are secret, and four functions over the outside `System` (a database session, an API client).
 *
 * Contract of the four functions:
 * - `create` refuses an object that exists unless `wanted.adopt`; it undoes its own writes when it fails, or throws
 *   {@link HalfDone} when something of it remains.
 * - `read` answers `undefined` only on proof that the object is gone; a refused connection or a 401 throws.
 * - `update` converges from any half-done state, and refuses to overwrite what somebody else changed since `state` was read.
 *   After a {@link HalfDone} the provider reads the object again first, so that `state` is what is really there.
 * - `delete` removes exactly what `create` made (or puts back what it patched); an object that is gone already is a success.
 */
export interface Resource<Wanted extends object, Computed extends object, System, Declared = unknown> {
  /** `namespace:Type`, for example `vicidial:RemoteAgent`; gives the type token `pulumi-nodejs:dynamic/vicidial:RemoteAgent`. Never change it. */
  readonly kind: string;
  /** Validates, normalises and defaults the inputs. Pure: it runs in every preview. */
  readonly schema: z.ZodType<Wanted, Declared>;
  /**
   * What the state remembers besides the inputs, in the order a reader wants it. Each field has a default: what it is where
   * nothing is remembered, as before a `create` or in the state of a version that did not know the field.
   */
  readonly memory: z.ZodType<Computed> & Pick<z.ZodObject, "shape">;
  /** Where the memory changed its shape: what makes of version 1's (the first) version 2's, of 2's 3's, and so on. */
  readonly upgrades?: readonly ((older: Record<string, Json>) => Record<string, Json>)[];
  /** Inputs that name the object: a change replaces it, the old one deleted first. */
  readonly identity: readonly (keyof Wanted & string)[];
  /** Inputs and computed fields whose values are encrypted in state and never printed. */
  readonly secrets: readonly string[];
  create(wanted: Wanted, system: System): Promise<Computed & { id: string }>;
  read(state: State<Wanted, Computed>, system: System): Promise<Live<Wanted, Computed> | undefined>;
  update(state: State<Wanted, Computed>, wanted: Wanted, system: System): Promise<Computed>;
  delete(state: State<Wanted, Computed>, system: System): Promise<void>;
}

/**
 * Declares a resource of an outside system. Its schema and its memory say every type.
 *
 * @example
 * export const phone = resource<Vicidial>()({ kind: "vicidial:Phone", schema: phoneSchema, memory: phoneMemory, … });
 */
export function resource<System>() {
  return <Wanted extends object, Computed extends object, Declared>(
    definition: Resource<Wanted, Computed, System, Declared>,
  ): Resource<Wanted, Computed, System, Declared> => definition;
}

/**
 * Thrown by `create` or `update` when the object exists but is not as wanted: the engine keeps it in state with its id,
 * and the next `pulumi up` calls `update` to converge.
 */
export class HalfDone extends Error {
  override readonly name = "HalfDone";
  constructor(
    message: string,
    readonly id: string,
    /** Computed fields known so far. */
    readonly computed: Record<string, Json>,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}
