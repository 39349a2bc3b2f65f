import type { Mistake } from "../support/mistake";
import { aiLegEnds, over } from "../support/seen";

export const mistake: Mistake = {
  title: "The edge's host is wrong, or does not answer OPTIONS",
  group: "The customer answers and the AI is not there",
  sources: ["guide troubleshooting 2", "docs/facts/vicidial.md#carrier-log", "docs/facts/asterisk.md#qualify"],
  cause:
    "The account's host is not the edge. With `qualify=yes`, VICIdial's default for chan_sip, even a host that takes calls counts as unreachable when it does not answer OPTIONS.",
  symptom: "The customer answers and is hung up on at once.",
  look: "`sip show peers` or `pjsip show contacts`: UNREACHABLE; `vicidial_carrier_log`: CHANUNAVAIL.",
  fix: "The edge's own host name, and `qualify=no`.",
  n: 133,
  async make(site) {
    const nobody = site.dialler.replace(/\.\d+$/, ".199");
    await site.addCarrier("edge-133", {
      account_entry: `[edge-133]\ntype=peer\nhost=${nobody}\nqualify=yes\ninsecure=port,invite\ndisallow=all\nallow=ulaw`,
    });
    await site.dialplan((text) => text.replace(/PJSIP\/\+(\d+)@[\w-]+/, "SIP/+$1@edge-133"));
  },
  async seen(site) {
    expect((await over(site)).endedBy).toBe("caller");
    await aiLegEnds(site, { dialstatus: "CHANUNAVAIL" });
    expect(await site.lab.cli("sip show peer edge-133")).toContain("UNREACHABLE");
    expect(await site.lab.edge.of(site.lead.phone)).toEqual([]);
  },
};
