import type { Mistake } from "../support/mistake";
import { notTried } from "../support/seen";

export const mistake: Mistake = {
  title: 'The remote agent is on "all servers"',
  group: "Nobody is called",
  sources: ["guide step 2", "guide troubleshooting 1", "silent mistake 4"],
  cause:
    "`vicidial_remote_agents.server_ip` is 0.0.0.0, or any address that is not exactly a dialler's `servers.server_ip`.",
  symptom: "No line is ever listed, nobody is called. Nothing complains.",
  look: "`vicidial_live_agents` has no row of the campaign; the real-time screen is empty.",
  fix: "One remote agent per dialler, each with that dialler's `server_ip` and with users of its own.",
  n: 101,
  async make(site) {
    await site.remoteAgent({ server_ip: "0.0.0.0" });
  },
  async seen(site) {
    await notTried(site);
    expect(await site.lines()).toEqual([]);
  },
};
