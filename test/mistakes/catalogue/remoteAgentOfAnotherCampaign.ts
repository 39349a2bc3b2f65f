import type { Mistake } from "../support/mistake";
import { notTried } from "../support/seen";

export const mistake: Mistake = {
  title: "The remote agent belongs to another campaign",
  group: "Nobody is called",
  sources: ["guide troubleshooting 5", "docs/facts/vicidial.md#never-ready"],
  cause: "`vicidial_remote_agents.campaign_id` names another campaign than the one whose leads wait.",
  symptom: "The line is Ready, but under the other campaign; nobody of this one is called.",
  look: "`vicidial_live_agents.campaign_id` of the line's user.",
  fix: "Set the remote agent's campaign. Not during a call: see the change during a call.",
  n: 104,
  async make(site) {
    await site.remoteAgent({ campaign_id: "SOLAR" });
  },
  async seen(site) {
    await notTried(site);
    expect(await site.lines()).toEqual([]);
    const elsewhere = await site.lab.query(
      "SELECT status FROM vicidial_live_agents WHERE user = ? AND campaign_id = 'SOLAR'",
      [site.user],
    );
    expect(elsewhere).toEqual([{ status: "READY" }]);
  },
};
