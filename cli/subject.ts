import { poll } from "../core/poll";
import type { BridgePlan } from "../components/plan/bridgePlan";
import { blockOf } from "../providers/vicidial/site/agentBlocks";
import { activeDiallers } from "../providers/vicidial/site/diallers";
import type { WantedLines } from "../providers/vicidial/dialler/readyLines";
import { remoteAgentsOf } from "../providers/vicidial/resources/remoteAgent/rows";
import { placesFor } from "../providers/vicidial/resources/remoteAgents/layout";
import type { Vicidial } from "../providers/vicidial/session";
import type { SigmaMind } from "../providers/sigmamind/api/client";

/** The bridge that is looked at, and the systems that it joins. */
export interface BridgeSubject {
  /** Its name in the stack. */
  name: string;
  plan: BridgePlan;
  /** Whether the stack is a lab, where calls cost nothing and reach nobody. */
  lab: boolean;
  /** Connects when it is first asked for. */
  readonly vicidial: () => Promise<Vicidial>;
  readonly sigmamind: () => SigmaMind;
  /** How long a look may be repeated while a dialler still works on it. */
  waitSeconds: number;
  /** Where the AI platform's edge is reached from here, when not by its own name: `host` or `host:port`. */
  edgeAddress?: string;
  /** A progress line. */
  readonly say: (line: string) => void;
}

/** Addresses of the diallers that the bridge has lines on. */
export async function diallersOf({ plan }: BridgeSubject, vicidial: Vicidial): Promise<readonly string[]> {
  const { diallers } = plan.bridge;
  return diallers === "all" ? activeDiallers(vicidial) : diallers;
}

/** The lines that the bridge should have: where its remote agents are, else where they would be made. */
export async function linesOf(subject: BridgeSubject, vicidial: Vicidial): Promise<WantedLines[]> {
  const { plan } = subject;
  const { userStart, lines, campaignId } = plan.bridge;
  const diallers = await diallersOf(subject, vicidial);
  const rows = await remoteAgentsOf(vicidial, campaignId);
  const places = placesFor(diallers, userStart, lines);
  return diallers.map((serverIp) => {
    const own = rows.find((row) => row.server_ip === serverIp && row.conf_exten === plan.remoteExtension);
    const start = own?.user_start ?? places.find((place) => place.serverIp === serverIp)?.userStart ?? userStart;
    return { serverIp, block: blockOf(start, lines), extension: plan.remoteExtension, campaignId };
  });
}

/**
 * Looks again, each second, until `done` or the subject's patience ends; answers what was seen last.
 *
 * @param what what is waited for, for the progress line.
 */
export async function lookUntil<Seen>(
  subject: Pick<BridgeSubject, "waitSeconds" | "say">,
  what: string,
  look: () => Promise<Seen>,
  done: (seen: Seen) => boolean,
): Promise<Seen> {
  const seconds = subject.waitSeconds;
  const tell = (_seen: Seen, waited: number) => subject.say(`waiting for ${what}, ${waited} s of ${seconds} s`);
  return (await poll(look, { done, seconds, everySeconds: 1, tell })).seen;
}
