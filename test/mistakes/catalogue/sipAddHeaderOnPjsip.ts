import type { Mistake } from "../support/mistake";
import { talks } from "../support/seen";

export const mistake: Mistake = {
  title: "SIPAddHeader is used with PJSIP",
  group: "The AI talks, but not as it should",
  sources: ["guide step 7", "guide troubleshooting 4", "silent mistake 44"],
  cause:
    "`SIPAddHeader` is chan_sip's; before a `Dial(PJSIP/…)` it does nothing, without an error. With PJSIP headers are set on the outgoing channel, by a pre-dial handler.",
  symptom: "The call is well, no variable arrives, also a static one does not.",
  look: "The carrier's dialplan: `SIPAddHeader` and `PJSIP/` in one extension.",
  fix: "`Dial(PJSIP/…,30,ob(<context>^<handler>^1))` with `Set(PJSIP_HEADER(add,X-city)=…)` and `Return()` in the handler.",
  n: 148,
  async make(site) {
    await site.dialplan((text) =>
      text.replace(/^exten => (\d+),n,Dial\(/m, "exten => $1,n,SIPAddHeader(X-city: Denver)\n$&"),
    );
  },
  async seen(site) {
    const ai = await talks(site);
    await site.lab.edge.hangUp(ai.id);
    expect(ai.status).toBe(200);
    expect(ai.headers).toEqual([]);
  },
};
