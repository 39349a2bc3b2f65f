import { ofOneList, type Mistake } from "../support/mistake";
import { over } from "../support/seen";

export const mistake: Mistake = {
  title: "The customer answers within a second",
  group: "The customer answers and the AI is not there",
  sources: ["silent mistake 49"],
  cause:
    "A test number that answers at once (an echo test, SIPp, a voice menu): VICIdial has not yet seen the channel that it must hand to the routing, and does not look again.",
  symptom: "The answered customer hears nothing and is cut off after two seconds. The lead stays NEW or becomes NA.",
  look: "`vicidial_carrier_log` says ANSWER for the customer leg, `vicidial_remote_agent_log` has no row.",
  fix: "Test with a telephone that rings for some seconds.",
  ...ofOneList,
  customers: ["20"],
  async seen(site) {
    const customer = await over(site);
    expect(customer).toMatchObject({ endedBy: "caller", heard: [] });
    expect(customer.endedAt! - customer.answeredAt!).toBeLessThan(4000);
    expect(["NEW", "NA"]).toContain((await site.row()).status);
    const lines = await site.lab.query("SELECT user FROM vicidial_remote_agent_log WHERE lead_id = ?", [site.lead.id]);
    expect(lines).toEqual([]);
    expect(await site.lab.edge.of(site.lead.phone)).toEqual([]);
  },
};
