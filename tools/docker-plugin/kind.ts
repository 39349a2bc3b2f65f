import type { Daemon } from "./daemon";
import type { Shape } from "./shape";
import type { Values } from "./values";

/** Inputs as a resource's functions see them: checked, complete with defaults, nothing unknown. */
export type Stored<Inputs> = { readonly [Key in keyof Inputs]?: Inputs[Key] | null };

/** What a read found: the id and the outputs that the daemon tells; others keep what the state has. */
export interface Found {
  id: string;
  outputs: Values;
}

/** One request of the engine, with what it says about itself. */
export interface Request extends Daemon {
  readonly urn: string;
  /** Seconds of the resource's `customTimeouts`, 0 where there are none. */
  readonly timeout: number;
}

/** One type of resource of the plugin: what it takes, what it shows, and how it lives. */
export interface Kind<Inputs> {
  /** Type token, `docker:index/network:Network`. */
  readonly token: string;
  /** Version of the state's layout that the official plugin notes in `__meta`; without it that plugin would migrate the state. */
  readonly stateVersion?: string;
  readonly inputs: Shape;
  /** Outputs that are no inputs. */
  readonly outputs: Shape;
  /** Check makes up a name when the program gives none. */
  readonly autonamed: boolean;
  /** When a replacement deletes the old object before it makes the new one; `named`: only where the program chose the name. */
  readonly deleteFirst: "always" | "named" | "never";
  /** Outputs that are null in state only where a create never finished; the next `up` then replaces the object. */
  readonly unfinished?: readonly string[];
  /** Rules between properties. */
  readonly conflicts?: (inputs: Values) => string[];
  create(inputs: Inputs, request: Request): Promise<Found>;
  /** `undefined` where the object is gone. */
  read(id: string, state: Stored<Inputs>, request: Request): Promise<Found | undefined>;
  update?(id: string, state: Stored<Inputs>, inputs: Inputs, request: Request): Promise<void>;
  delete(id: string, state: Stored<Inputs>, request: Request): Promise<void>;
}

/** Thrown by `create` when the object is there but is not as wanted: the engine keeps it, and the next `up` replaces it. */
export class HalfMade extends Error {
  constructor(
    readonly id: string,
    cause: unknown,
  ) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
