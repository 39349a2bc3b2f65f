import type { Mistake } from "../support/mistake";
import { aiLegEnds, over } from "../support/seen";

export const mistake: Mistake = {
  title: "The number dialled is not the one registered at SigmaMind",
  group: "The customer answers and the AI is not there",
  sources: ["guide troubleshooting 2", "guide troubleshooting 6"],
  cause:
    "The carrier's Dial names another number than the one under Connect via SIP Trunking: a digit is wrong, or the registration was deleted.",
  symptom: "The customer answers and is hung up on at once. No record appears in Conversations.",
  look: "`vicidial_carrier_log` of the customer's own channel: CHANUNAVAIL, cause 1 (the edge's 404).",
  fix: "Dial exactly `+` and the digits that are registered.",
  n: 129,
  async make(site) {
    await site.dialplan((text) => text.replace(`/+${site.number}@`, "/+19895559998@"));
  },
  async seen(site) {
    const customer = await over(site);
    expect(customer).toMatchObject({ endedBy: "caller" });
    await aiLegEnds(site, { dialstatus: "CHANUNAVAIL", hangup_cause: 1 });
    expect(await site.lab.edge.of(site.lead.phone)).toMatchObject([{ toUser: "+19895559998", status: 404 }]);
    expect(await site.records()).toEqual([]);
  },
};
