import { talks } from "../support/seen";
import type { Mistake } from "../support/mistake";

export const mistake: Mistake = {
  title: "A line has no user of its own",
  group: "VICIdial's reports mislead",
  sources: ["guide step 1", "silent mistake 7"],
  cause: "Only the first line's user was created; line n works under `user_start` + n without one.",
  symptom: "The real-time screen shows fewer agents than there are lines, though they take calls.",
  look: "Count the rows of `vicidial_live_agents` with and without a join to `vicidial_users`.",
  fix: "One user per line.",
  n: 156,
  bridge: { lines: 2 },
  customers: ["14", "15"],
  async make(site) {
    await site.hand.remove("vicidial_users", { user: String(Number(site.user) + 1) });
  },
  async seen(site) {
    const calls = await Promise.all(site.leads.map(async (lead) => talks(site, lead)));
    const shown = await site.lab.query<{ user: string }>(
      "SELECT l.user FROM vicidial_live_agents l JOIN vicidial_users u ON u.user = l.user WHERE l.campaign_id = ?",
      [site.campaignId],
    );
    expect(shown).toEqual([{ user: site.user }]);
    expect(await site.lines()).toHaveLength(2);
    for (const { id } of calls) await site.lab.edge.hangUp(id);
  },
};
