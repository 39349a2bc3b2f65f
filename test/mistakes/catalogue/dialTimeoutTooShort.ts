import type { Mistake } from "../support/mistake";
import { closedAs, over } from "../support/seen";

export const mistake: Mistake = {
  title: "The customer's telephone rings too short a time",
  group: "Nobody is called",
  sources: ["docs/facts/vicidial.md#originate"],
  cause: "`dial_timeout` of the campaign is a few seconds (4 and less count as not set: 60).",
  symptom: "Telephones ring once or twice, nobody can answer in time; the leads are NA.",
  look: "`vicidial_dial_log.timeout`, in ms; `vicidial_carrier_log` of the `Local/` channel: CANCEL or NOANSWER.",
  fix: "20 to 30 seconds.",
  n: 160,
  customers: ["21"],
  async make(site) {
    await site.campaign({ dial_timeout: 6 });
  },
  async seen(site) {
    const customer = await over(site);
    expect(customer.answeredAt).toBeUndefined();
    expect(customer.endedAt! - customer.invitedAt).toBeLessThan(15_000);
    await closedAs(site, ["NA"]);
  },
};
