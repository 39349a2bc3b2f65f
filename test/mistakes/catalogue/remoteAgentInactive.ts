import type { Mistake } from "../support/mistake";
import { notTried } from "../support/seen";

export const mistake: Mistake = {
  title: "The remote agent is not active",
  group: "Nobody is called",
  sources: ["guide troubleshooting 1", "guide troubleshooting 5", "docs/facts/vicidial.md#never-ready"],
  cause: "`vicidial_remote_agents.status` is INACTIVE, which is what a new row of the admin page has.",
  symptom: "The agent is never Ready on the real-time screen, nobody is called.",
  look: "`vicidial_live_agents` has no row of the campaign.",
  fix: "Set the remote agent ACTIVE; its line is Ready two seconds later.",
  n: 103,
  async make(site) {
    await site.remoteAgent({ status: "INACTIVE" });
  },
  async seen(site) {
    await notTried(site);
    expect(await site.lines()).toEqual([]);
  },
};
