import { numberOf } from "../perl";

/** A row of `vicidial_remote_agents`. */
export interface RemoteAgent {
  user_start: string;
  number_of_lines: number;
  conf_exten: string;
  campaign_id: string;
  closer_campaigns: string;
  on_hook_agent: string;
  on_hook_ring_time: number;
}

/** A line that should be listed in `vicidial_live_agents`. */
export interface Line {
  /** `user_start + n`, in figures. */
  user: string;
  /** `user_start` as written: the only id that is looked up in `vicidial_users`. */
  raUser: string;
  confExten: string;
  campaignId: string;
  closerCampaigns: string;
  onHookAgent: string;
  onHookRingTime: number;
  /**
   * `N` for a campaign that is dialled by hand: the line is READY for ever and never called
   * (docs/facts/vicidial.md#lines).
   */
  outboundAutodial: "Y" | "N";
}

/**
 * Users of a block, as the program computes them: by arithmetic, so `0055` is 55 and a name is 0
 * (docs/facts/vicidial.md#line-users).
 */
export function usersOf({
  user_start: start,
  number_of_lines: lines,
}: Pick<RemoteAgent, "user_start" | "number_of_lines">): string[] {
  const first = numberOf(start);
  return Array.from({ length: Math.max(0, lines) }, (_, n) => String(first + n));
}

/**
 * The lines of the active remote agents of one server. Ids of one figure are passed over. `dialMethods` maps a campaign
 * to its `dial_method`; a campaign that does not exist counts as one that dials.
 */
export function wantedLines(agents: readonly RemoteAgent[], dialMethods: ReadonlyMap<string, string>): Line[] {
  return agents.flatMap((agent) =>
    usersOf(agent)
      .filter((user) => user.length > 1)
      .map((user) => ({
        user,
        raUser: agent.user_start,
        confExten: agent.conf_exten,
        campaignId: agent.campaign_id,
        closerCampaigns: agent.closer_campaigns,
        onHookAgent: agent.on_hook_agent,
        onHookRingTime: agent.on_hook_ring_time,
        outboundAutodial: /MANUAL|INBOUND_MAN/.test(dialMethods.get(agent.campaign_id.toLowerCase()) ?? "") ? "N" : "Y",
      })),
  );
}
