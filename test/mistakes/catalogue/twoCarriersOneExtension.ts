import type { Mistake } from "../support/mistake";
import { aiLegEnds, over } from "../support/seen";

export const mistake: Mistake = {
  title: "Another carrier has the same extension",
  group: "The customer answers and the AI is not there",
  sources: ["guide step 3.4", "silent mistake 14"],
  cause:
    "Two active carriers define one pattern. The first wins (by protocol, then by id); of the second, only steps that the first does not have are added behind it.",
  symptom: "The call goes where the other carrier leads: here to a number that SigmaMind does not know.",
  look: '`dialplan show <remote extension>@default` shows the other carrier\'s Dial, and the wrong steps behind it; Asterisk warned "already in use" at the reload.',
  fix: "One carrier per pattern.",
  n: 126,
  async make(site) {
    const account = /PJSIP\/\+\d+@([\w-]+)/.exec(await site.aiDialplan())?.[1];
    await site.addCarrier("aaa-first", {
      protocol: "PJSIP",
      dialplan_entry: `exten => ${site.extension},1,AGI(agi://127.0.0.1:4577/call_log)\nexten => ${site.extension},2,Dial(PJSIP/+19895559999@${account},30,o)`,
    });
  },
  async seen(site) {
    expect((await over(site)).endedBy).toBe("caller");
    await aiLegEnds(site, { dialstatus: "CHANUNAVAIL", hangup_cause: 1 });
    expect(await site.lab.edge.of(site.lead.phone)).toMatchObject([{ toUser: "+19895559999", status: 404 }]);
    // The third step is the other's, behind the two of the first.
    expect(await site.lab.cli(`dialplan show ${site.extension}@vicidial-auto-external`)).toMatch(/3\. /);
  },
};
