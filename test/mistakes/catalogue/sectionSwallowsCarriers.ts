import type { Mistake } from "../support/mistake";
import { hearsInvalid } from "../support/seen";

export const mistake: Mistake = {
  title: "A carrier's text opens a section and swallows the carriers after it",
  group: "The customer answers and the AI is not there",
  sources: ["docs/facts/vicidial.md#own-sections"],
  cause:
    "`dialplan_entry` of a carrier holds a `[section]` of its own and does not end with `[vicidial-auto-external]`: every carrier after it, by protocol and id, lands in that section.",
  symptom: 'Bridges that were well for months end in "not in service" after somebody changed another carrier.',
  look: "`dialplan show <remote extension>@default` shows nothing; `dialplan show <remote extension>@<section>` does.",
  fix: "End the text with `[vicidial-auto-external]`, or move the section to `servers.custom_dialplan_entry`.",
  n: 125,
  bridge: { aiPrefix: "4125" },
  async make(site) {
    // Last of the last protocol, so that nobody else is swallowed.
    await site.carrier({ carrier_id: "zzz-last" });
    await site.addCarrier("zzz-before", {
      protocol: "PJSIP",
      dialplan_entry: "exten => 4125,1,Goto(swallowing,s,1)\n[swallowing]\nexten => s,1,Hangup()",
    });
  },
  async seen(site) {
    await hearsInvalid(site, `4125${site.number}`);
    expect(await site.lab.cli(`dialplan show 4125${site.number}@swallowing`)).toContain(`'4125${site.number}'`);
  },
};
