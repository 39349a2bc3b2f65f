import { randomBytes } from "node:crypto";
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../../core/refusal";
import { stateFile, type AgentRecord, type SimulatorState } from "./records";

/** Ids are 16 random letters and digits (docs/facts/sigmamind.md#generations). */
export function randomId(): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  return Array.from(randomBytes(16), (byte) => letters.charAt(byte % letters.length)).join("");
}

/** The simulator's memory. A change is on disk before its request is answered, so a restart forgets nothing. */
export class Store {
  state: SimulatorState;
  readonly #file: string | undefined;
  readonly #agents: readonly AgentRecord[];

  /**
   * @param directory where `state.json` lives; without it everything is forgotten at the end.
   * @param agents the agents of a workspace that has no state yet.
   */
  constructor(directory: string | undefined, agents: readonly AgentRecord[]) {
    this.#agents = agents;
    this.#file = directory === undefined ? undefined : join(directory, "state.json");
    if (directory !== undefined) mkdirSync(directory, { recursive: true });
    this.state = this.#load() ?? this.#seed();
  }

  /** Applies a change and writes it down. */
  change<T>(apply: (state: SimulatorState) => T): T {
    const result = apply(this.state);
    this.#save();
    return result;
  }

  /** Forgets everything but the seeded agents. */
  reset(): void {
    this.state = this.#seed();
    this.#save();
  }

  #seed(): SimulatorState {
    const agents = structuredClone([...this.#agents]);
    return {
      version: 1,
      workspaceId: `org_${randomId()}`,
      numbers: [],
      agents,
      calls: [],
      campaigns: [],
      webhooks: [],
    };
  }

  #load(): SimulatorState | undefined {
    if (this.#file === undefined || !existsSync(this.#file)) return undefined;
    try {
      return stateFile.parse(JSON.parse(readFileSync(this.#file, "utf8")));
    } catch (thrown) {
      throw new Error(`${this.#file} is not a state of this simulator; remove it to start empty: ${messageOf(thrown)}`);
    }
  }

  /** Whole file, then rename: a reader or a crash sees the old state or the new one, never half of it. */
  #save(): void {
    if (this.#file === undefined) return;
    const next = `${this.#file}.next`;
    const handle = openSync(next, "w", 0o600);
    try {
      writeSync(handle, `${JSON.stringify(this.state, null, 2)}\n`);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(next, this.#file);
  }
}
