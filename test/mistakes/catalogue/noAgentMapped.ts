import { routeNumber } from "../../kit/calls/bridge";
import type { Mistake } from "../support/mistake";
import type { Site } from "../support/site";
import { aiLegEnds, over } from "../support/seen";

/** Maps an agent to the number, as somebody at the dashboard does. */
async function map({ lab, n }: Site, inboundAgentId: string | null): Promise<void> {
  const { data } = await lab.sigmamindControl.get<{ sipPhoneNumber: string }[]>("/numbers");
  const number = data.find(({ sipPhoneNumber }) => sipPhoneNumber === routeNumber(n));
  await lab.sigmamindControl.put("/numbers", { ...number, inboundAgentId });
}

export const mistake: Mistake = {
  title: "No agent is mapped to the number",
  group: "The customer answers and the AI is not there",
  sources: ["guide troubleshooting 2", "guide troubleshooting 6", "docs/facts/sigmamind.md#agent-status"],
  cause: "The number is registered, and nobody assigned an inbound agent to it.",
  symptom: "The customer hears it ring and is hung up on. No record appears in Conversations.",
  look: "`vicidial_carrier_log`: BUSY, cause 17 (the edge's 486); `GET /v1/phone-numbers/{number}` shows no inbound agent.",
  fix: "Map a published agent to the number.",
  n: 131,
  async make(site) {
    await map(site, null);
  },
  async seen(site) {
    expect((await over(site)).endedBy).toBe("caller");
    await aiLegEnds(site, { dialstatus: "BUSY", hangup_cause: 17 });
    expect(await site.records()).toEqual([]);
  },
  async undo(site) {
    await map(site, "LabSalesAgent001");
  },
};
