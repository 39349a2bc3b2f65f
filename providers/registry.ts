import { provide } from "./dynamic/provide";

/**
 * Every kind of resource with the way to its outside system. The shims in the state of a stack load this file, through the
 * package's `./provider` export, so a kind that stands here once stays for as long as any state has it.
 */
export const methods = provide([], { "vicidial:socketPath": "VICIDIAL_SOCKET" });
