import { aiLeg, rowsOf } from "../../kit/calls/evidence";
import { until } from "../../kit/calls/until";
import { over } from "../support/seen";
import type { Mistake } from "../support/mistake";

/** Whose number the line dials by mistake. */
const STRANGER = "13039990162";

export const mistake: Mistake = {
  title: "The remote extension goes out through the telephony carrier",
  group: "Nobody notices, until it costs",
  sources: ["guide troubleshooting 6", "docs/facts/vicidial.md#same-extension-twice", "silent mistake 14"],
  cause:
    "A digit of the remote extension is wrong, or the AI carrier is not in force, and the prefix is the telephony carrier's: its `_9797X.` takes the string.",
  symptom:
    "The call completes, but the customer talks to a stranger. No record appears in Conversations, and VICIdial's rows look like success: XFER, ANSWER.",
  look: "`vicidial_carrier_log.channel` does not help; `dialplan show <remote extension>@default` shows the telephony carrier's pattern first.",
  fix: "Compute the extension; give the AI a prefix that no telephony carrier answers, so that a mistake fails instead.",
  n: 134,
  async make(site) {
    await site.remoteAgent({ conf_exten: `9797${STRANGER}` });
  },
  async seen(site) {
    const stranger = await site.lab.carrier.call(STRANGER, ({ heard }) => heard.length > 0, 90_000);
    const customer = await site.lab.carrier.call(site.lead.phone, ({ heard }) => heard.length > 0);
    await site.lab.carrier.hangUp(stranger.id);
    await over(site);
    expect(customer.endedAt).toBeUndefined();
    const rows = await until("the stranger's leg is in the carrier log", 20_000, async () => {
      const found = await rowsOf(site.lab, site.lead.id);
      return aiLeg(found) === undefined ? undefined : found;
    });
    expect(aiLeg(rows)).toMatchObject({ dialstatus: "ANSWER", hangup_cause: 16 });
    expect(await site.lab.edge.of(site.lead.phone)).toEqual([]);
    expect(await site.records()).toEqual([]);
  },
};
