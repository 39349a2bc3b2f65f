import { aiLeg } from "../../kit/calls/evidence";
import { routeNumber } from "../../kit/calls/bridge";
import type { Mistake } from "../support/mistake";
import { closedAs, talks } from "../support/seen";

export const mistake: Mistake = {
  title: "DROP is taken for a failure",
  group: "VICIdial's reports mislead",
  sources: ["silent mistake 40"],
  cause: "A conversation that ends before VICIdial's ten-second pass was never the agent's to VICIdial.",
  symptom: 'The AI talked with the customer, and the lead is DROP, "Agent Not Available".',
  look: "`vicidial_carrier_log` of the customer's own channel: ANSWER with `answered_time`; the record in Conversations.",
  fix: "Nothing is broken. Do not dial DROP again by itself.",
  n: 137,
  async make({ lab, n }) {
    await lab.edge.turn({ hangUpAfterMs: 1500 }, routeNumber(n));
  },
  async seen(site) {
    // The pass may fall into the talk; hardly into each of several.
    for (let tries = 1; ; tries++) {
      const lead = site.leads.at(-1)!;
      expect((await talks(site, lead)).status).toBe(200);
      const rows = await closedAs(site, ["DROP", "XFER"], lead);
      expect(aiLeg(rows)).toMatchObject({ dialstatus: "ANSWER", hangup_cause: 16 });
      expect(rows.line).toMatchObject({ user: site.user });
      if (rows.lead.status === "DROP" || tries === 4) {
        expect(rows.lead.status).toBe("DROP");
        break;
      }
      await site.call("14");
    }
    expect((await site.records()).length).toBeGreaterThan(0);
  },
  async undo({ lab, n }) {
    await lab.edge.turn({ hangUpAfterMs: null }, routeNumber(n));
  },
};
