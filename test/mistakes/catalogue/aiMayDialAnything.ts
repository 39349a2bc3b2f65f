import { transferred } from "../../kit/calls/transfers";
import type { Mistake } from "../support/mistake";
import { talks } from "../support/seen";

/** Somebody whom the agent calls at the site's cost. */
const TARGET = "13039990280";

export const mistake: Mistake = {
  title: "The edge's account lets the AI dial anything",
  group: "Nobody notices, until it costs",
  sources: ["docs/facts/asterisk.md#refer"],
  cause:
    "The account's `context` is `default` (or transfers are allowed with VICIdial's `trunkinbound`): a REFER of the AI platform dials any extension of the site, and the host in it does not count.",
  symptom: "Nothing is seen until somebody talks the agent into a transfer to a number of his choice.",
  look: "`context` and `allow_transfer` of the edge's account.",
  fix: "A context that does not exist and `allow_transfer=no`; with transfers, a context of its own with the allowed numbers only.",
  n: 153,
  async make(site) {
    const account = "edge-153";
    await site.addCarrier(account, {
      protocol: "PJSIP",
      account_entry: `[${account}]\ntype=endpoint\ncontext=default\ndisallow=all\nallow=ulaw\ndirect_media=no\naors=${account}\n[${account}]\ntype=aor\ncontact=sip:28y698lhv2f.sip.livekit.cloud:5060`,
    });
    await site.dialplan((text) => text.replace(/(PJSIP\/\+\d+@)[\w-]+/, `$1${account}`));
  },
  async seen(site) {
    const ai = await talks(site);
    const attempt = await transferred(site.lab, ai, site.lead.phone, `sip:9797${TARGET}@anywhere.example`);
    expect(attempt.outcome).toBe("done");
    const paid = await site.lab.carrier.call(TARGET, ({ answeredAt }) => answeredAt !== undefined, 30_000);
    await site.lab.carrier.hangUp(paid.id);
  },
};
