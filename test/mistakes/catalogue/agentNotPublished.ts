import { routeNumber } from "../../kit/calls/bridge";
import type { Mistake } from "../support/mistake";
import { aiLegEnds, over } from "../support/seen";

export const mistake: Mistake = {
  title: "The mapped agent is not published",
  group: "The customer answers and the AI is not there",
  sources: ["guide troubleshooting 2", "guide troubleshooting 6", "docs/facts/sigmamind.md#agent-status"],
  cause: "The number's inbound agent is a draft (Testing), or was paused.",
  symptom: "The customer hears it ring and is hung up on. No record appears in Conversations.",
  look: "`vicidial_carrier_log`: BUSY, cause 17 (the edge's 486); the agent's status at SigmaMind.",
  fix: "Publish the agent.",
  n: 132,
  async make({ lab, n }) {
    await lab.edge.turn({ agentLive: false }, routeNumber(n));
  },
  async seen(site) {
    expect((await over(site)).endedBy).toBe("caller");
    await aiLegEnds(site, { dialstatus: "BUSY", hangup_cause: 17 });
    expect(await site.lab.edge.of(site.lead.phone)).toMatchObject([
      { status: 486, refusal: expect.stringContaining("not Live") as string },
    ]);
    expect(await site.records()).toEqual([]);
  },
  async undo({ lab, n }) {
    await lab.edge.turn({ agentLive: null }, routeNumber(n));
  },
};
