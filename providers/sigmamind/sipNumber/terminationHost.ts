import type { z } from "zod";
import type { Reason } from "../../../core/refusal";
import { refuse } from "../../../core/schema/problems";

const LONGEST = 253;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Every SigmaMind workspace is reached through a host of LiveKit's SIP edge (docs/facts/sigmamind.md#sip-edge). */
const EDGE = /(^|\.)sip\.livekit\.cloud$/;

/**
 * The host of a telephony carrier in lower case and without the root's dot, as a zod transform.
 *
 * @example
 * z.string().transform(terminationHost).parse("F111.DialMake.com.") // "f111.dialmake.com"
 */
export function terminationHost(given: string, context: z.RefinementCtx): string {
  const host = given.trim().toLowerCase().replace(/\.$/, "");
  const problem = problemOf(host);
  if (problem !== undefined) refuse(context, [], problem);
  return host;
}

function problemOf(host: string): Reason | undefined {
  const likeBare = `write it like ${bareHost(host)}`;
  if (/^sips?:/.test(host)) return { rule: "must be the host alone, without `sip:`", fix: likeBare };
  if (/[@:;/?\s]/.test(host))
    return { rule: "must be the host alone, without user, port or parameters", fix: likeBare };
  if (EDGE.test(host)) {
    return {
      rule: "is SigmaMind's own SIP edge: SigmaMind's outbound calls would come back to itself",
      fix:
        "give the SIP termination host of your telephony carrier, like f111.dialmake.com; the edge's host belongs in " +
        "the AI carrier of VICIdial",
    };
  }
  if (host.length > LONGEST)
    return { rule: `must have at most ${LONGEST} characters`, fix: "give a shorter host name" };
  if (!host.split(".").every((label) => LABEL.test(label))) {
    return { rule: "must be a host name or an IPv4 address", fix: "write it like f111.dialmake.com" };
  }
  return undefined;
}

/** What is left of a SIP URI when only the host should be. */
function bareHost(uri: string): string {
  const host =
    uri
      .replace(/^sips?:/, "")
      .replace(/^.*@/, "")
      .split(/[:;/?\s]/)[0] ?? "";
  return host.split(".").every((label) => LABEL.test(label)) && !EDGE.test(host) ? host : "f111.dialmake.com";
}
