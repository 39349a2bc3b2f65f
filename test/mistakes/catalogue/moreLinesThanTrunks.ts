import { until } from "../../kit/calls/until";
import type { Mistake } from "../support/mistake";
import { talks } from "../support/seen";

export const mistake: Mistake = {
  title: "There are more lines than trunks",
  group: "Nobody is called",
  sources: ["silent mistake 34"],
  cause:
    "`vicidial_server_trunks` or `servers.max_vicidial_trunks` allow fewer calls than there are lines. Every line that waits takes one of the dialler's trunks, also one whose campaign has nobody to call: campaigns that come later starve.",
  symptom: "Lines are Ready and idle, leads wait in the hopper, and only some customers are called.",
  look: "`vicidial_campaign_server_stats.local_trunk_shortage` is above 0.",
  fix: "As many trunks as lines, or fewer lines.",
  n: 139,
  bridge: { lines: 2 },
  customers: ["14", "15"],
  async make(site) {
    await site.hand.add(
      "vicidial_server_trunks",
      {
        ...{ server_ip: site.dialler, campaign_id: site.campaignId, dedicated_trunks: 1 },
        trunk_restriction: "MAXIMUM_LIMIT",
      },
      "server_ip",
      "campaign_id",
    );
  },
  async seen(site) {
    await talks(site);
    await until("a shortage of trunks is noted", 20_000, async () => {
      const [stats] = await site.lab.query<{ local_trunk_shortage: number }>(
        "SELECT local_trunk_shortage FROM vicidial_campaign_server_stats WHERE campaign_id = ?",
        [site.campaignId],
      );
      return (stats?.local_trunk_shortage ?? 0) > 0;
    });
    const [first, second] = await Promise.all(site.leads.map(async ({ phone }) => site.lab.carrier.of(phone)));
    expect(first!.length + second!.length).toBe(1);
    expect((await site.lines()).map(({ status }) => status)).toContain("READY");
  },
};
