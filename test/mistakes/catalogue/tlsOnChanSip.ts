import type { Mistake } from "../support/mistake";
import { talks } from "../support/seen";

export const mistake: Mistake = {
  title: "chan_sip is told to use TLS",
  group: "Nobody notices, until it costs",
  sources: ["docs/facts/asterisk.md#transports-of-chan_sip"],
  cause:
    "The account says `transport=tls` and `encryption=yes`, but the server's sip.conf, which no page shows, has TLS and TCP off.",
  symptom: "Nothing is seen: the call is well, over UDP, and the SRTP key travels in clear.",
  look: "`sip show peer <account>`: the transport; a warning at the reload; a trace shows UDP.",
  fix: "PJSIP for TCP or TLS.",
  n: 151,
  async make(site) {
    await site.addCarrier("edge-151", {
      account_entry:
        "[edge-151]\ntype=peer\nhost=28y698lhv2f.sip.livekit.cloud\ntransport=tls\nencryption=yes\nqualify=no\ninsecure=port,invite\ndisallow=all\nallow=ulaw",
    });
    await site.dialplan((text) => text.replace(/PJSIP\/\+(\d+)@[\w-]+/, "SIP/+$1@edge-151"));
  },
  async seen(site) {
    const ai = await talks(site);
    expect(ai).toMatchObject({ status: 200, transport: "udp", srtpOffered: true });
    await site.lab.edge.hangUp(ai.id);
  },
};
