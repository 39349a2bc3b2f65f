import type { Mistake } from "../support/mistake";
import { aiLegEnds, over } from "../support/seen";

export const mistake: Mistake = {
  title: "The carrier's Dial does not remove the prefix",
  group: "The customer answers and the AI is not there",
  sources: ["guide troubleshooting 2", "docs/facts/livekit.md#number"],
  cause:
    "`${EXTEN:n}` removes another count of digits than the AI prefix has, for example after the prefix was changed.",
  symptom: "The customer answers and is hung up on at once; SigmaMind knows of no call.",
  look: "`vicidial_carrier_log`: CHANUNAVAIL, cause 1; the edge sees the prefix in the number.",
  fix: "`${EXTEN:4}` for a prefix of four digits.",
  n: 130,
  async make(site) {
    await site.dialplan((text) => text.replace(`/+${site.number}@`, "/+${EXTEN}@"));
  },
  async seen(site) {
    expect((await over(site)).endedBy).toBe("caller");
    await aiLegEnds(site, { dialstatus: "CHANUNAVAIL", hangup_cause: 1 });
    expect(await site.lab.edge.of(site.lead.phone)).toMatchObject([{ toUser: `+${site.extension}`, status: 404 }]);
  },
};
