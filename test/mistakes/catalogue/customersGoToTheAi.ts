import { until } from "../../kit/calls/until";
import type { Mistake } from "../support/mistake";

export const mistake: Mistake = {
  title: "Customers and AI share a prefix, and its carrier leads to the AI",
  group: "Nobody is called",
  sources: ["guide step 3.3", "guide step 4.2", "silent mistake 16"],
  cause:
    "The AI carrier has the pattern `_<prefix>X.`, and the campaign's dial prefix is the same. VICIdial dials the customers with it.",
  symptom:
    "Nobody's telephone rings; the AI platform refuses calls to the customers' own numbers. Leads become ADC or NA.",
  look: "`vicidial_carrier_log` of the `Local/` channel: CHANUNAVAIL, cause 1; the edge's log shows To = the customer's number.",
  fix: "An exact extension for the AI carrier instead of a pattern, or two prefixes.",
  n: 128,
  async make(site) {
    const account = /PJSIP\/\+\d+@([\w-]+)/.exec(await site.aiDialplan())?.[1];
    await site.telephony("X.", [
      "AGI(agi://127.0.0.1:4577/call_log)",
      `Dial(PJSIP/+\${EXTEN:4}@${account},30,o)`,
      "Hangup()",
    ]);
  },
  async seen(site) {
    const asked = await until("the edge was asked for the customer", 60_000, async () =>
      (await site.lab.edge.calls()).find(({ toUser }) => toUser === `+1${site.lead.phone}`),
    );
    expect(asked.status).toBe(404);
    await site.watched;
    expect(await site.lab.carrier.of(site.lead.phone)).toEqual([]);
    expect(["ADC", "ADCT", "NA"]).toContain((await site.row()).status);
  },
};
