import { numberOf, rounded } from "../perl";

/** An agent of a campaign on this server that looks alive. */
export interface Agent {
  /** `READY`, `QUEUE` or `INCALL`. */
  status: string;
  /** Whether the call that it is said to be on is still in `vicidial_auto_calls`. */
  callAlive: boolean;
}

/** What decides how many calls a campaign wants on this server. */
export interface Pace {
  agents: readonly Agent[];
  /** `auto_dial_level`, a text. */
  level: string;
  /** `vicidial_campaigns.active`: only an `N` stops; NULL dials (docs/facts/vicidial.md#pace). */
  active: string | null;
  /** `available_only_ratio_tally`: only agents that wait count. */
  availableOnly: boolean;
  /** `adaptive_dl_diff_target`, 0 unless the campaign places calls by it. */
  differenceTarget: number;
  /** Calls of the campaign in `vicidial_auto_calls` on this server. */
  existing: number;
  /** Those of them that are with an agent (`XFER`, `CLOSER`). */
  transferred: number;
}

/** What caps it. */
export interface Trunks {
  /** `servers.max_vicidial_trunks`. */
  most: number;
  /** Calls on this server now, those just granted to campaigns before this one included. */
  used: number;
  /** `vicidial_server_trunks` of the campaign with `MAXIMUM_LIMIT`. */
  campaignLimit?: number;
  /** Sum of the trunks dedicated to other campaigns. */
  dedicatedToOthers: number;
}

/**
 * Calls that the campaign wants up at once: dial level times agents (docs/facts/vicidial.md#pace). Agents on a dead call
 * do not count.
 */
export function goal(pace: Pace): number {
  if (pace.active?.includes("N")) return 0;
  const waiting = pace.agents.filter((agent) => agent.status === "READY").length;
  const dead = pace.agents.filter((agent) => agent.status !== "READY" && !agent.callAlive).length;
  const counted = pace.availableOnly ? waiting : pace.agents.length - dead;
  const agents = Math.max(0, counted + pace.differenceTarget);
  return rounded(numberOf(pace.level) * agents + (pace.availableOnly ? pace.transferred : 0));
}

/** New calls to place now, and how many more there would be with enough trunks. */
export function callsToPlace(pace: Pace, trunks: Trunks): { place: number; shortage: number } {
  const wanted = goal(pace);
  const asked = wanted - pace.existing;
  const short = (by: number): number => Math.max(0, Math.min(by, asked));
  let place = asked;
  let shortage = 0;
  const total = trunks.used + asked;
  if (total > trunks.most) {
    place = Math.min(place, trunks.most - trunks.used);
    shortage = short(total - trunks.most);
  }
  const allowed = trunks.most - trunks.dedicatedToOthers;
  if (trunks.campaignLimit !== undefined) {
    if (trunks.campaignLimit < wanted) {
      place = trunks.campaignLimit - pace.existing;
      shortage = short(wanted - trunks.campaignLimit);
    }
  } else if (allowed < total) {
    place = Math.min(place, allowed - trunks.used);
    shortage = short(total - allowed);
  }
  return { place: Math.max(0, place), shortage };
}
