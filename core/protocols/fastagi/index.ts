/** A small FastAGI server: what Asterisk's `AGI(agi://…)` talks to. */
export { commandLine } from "./command";
export { AgiClosedError, AgiCommandError } from "./errors";
export { DEFAULT_LIMITS, LONGEST_COMMAND_BYTES } from "./limits";
export { startFastAgi, type FastAgiOptions, type FastAgiServer } from "./server";
export type { AgiSession } from "./session";
