/** A small FastAGI server: what Asterisk's `AGI(agi://…)` talks to. */
export { checkedVariable, commandLine } from "./command";
export type { AgiEnvironment } from "./environment";
export { AgiClosedError, AgiCommandError, AgiProtocolError, type AgiEnd } from "./errors";
export { DEFAULT_LIMITS, LONGEST_COMMAND_BYTES, type FastAgiLimits } from "./limits";
export type { AgiReply } from "./reply";
export { FASTAGI_PORT, startFastAgi, type FastAgiOptions, type FastAgiServer } from "./server";
export type { AgiSession } from "./session";
