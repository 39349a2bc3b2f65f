import type { Mistake } from "../support/mistake";
import { aiLegEnds, over } from "../support/seen";

export const mistake: Mistake = {
  title: "The edge's account allows no codec that the edge has",
  group: "The customer answers and the AI is not there",
  sources: ["guide troubleshooting 2", "docs/facts/livekit.md#media"],
  cause:
    "`disallow=all` without `allow=ulaw`, or with codecs of the telephony carrier only (gsm, g729). The edge takes PCMU, PCMA and G.722.",
  symptom: "The customer answers and is hung up on at once. No record appears in Conversations.",
  look: "`vicidial_carrier_log` of the customer's own channel: not ANSWER; a trace shows 488.",
  fix: "`allow=ulaw` in the account.",
  n: 159,
  async make(site) {
    const account = "edge-159";
    await site.addCarrier(account, {
      protocol: "PJSIP",
      account_entry: `[${account}]\ntype=endpoint\ncontext=aib-none\ndisallow=all\nallow=gsm\ndirect_media=no\naors=${account}\n[${account}]\ntype=aor\ncontact=sip:28y698lhv2f.sip.livekit.cloud:5060`,
    });
    await site.dialplan((text) => text.replace(/(PJSIP\/\+\d+@)[\w-]+/, `$1${account}`));
  },
  async seen(site) {
    expect((await over(site)).endedBy).toBe("caller");
    await aiLegEnds(site, { dialstatus: "CHANUNAVAIL" });
    expect((await site.lab.edge.of(site.lead.phone)).filter(({ status }) => status === 200)).toEqual([]);
    expect(await site.records()).toEqual([]);
  },
};
