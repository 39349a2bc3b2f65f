import type { Mistake } from "../support/mistake";
import { notTried } from "../support/seen";

export const mistake: Mistake = {
  title: "The remote agent's user is a name",
  group: "Nobody is called",
  sources: ["guide step 1", "silent mistake 5"],
  cause:
    "`user_start` is `sigma_agent`, has one digit only, or begins with 0: the lines' users are computed by addition, so a name is 0 and `0088` is 88.",
  symptom: "No line is listed (or one of another user), nobody is called.",
  look: "`vicidial_live_agents` has no row of the campaign while the remote agent is ACTIVE.",
  fix: "A user of digits from 10 on, without a leading zero.",
  n: 102,
  async make(site) {
    await site.remoteAgent({ user_start: "sigma_agent" });
  },
  async seen(site) {
    await notTried(site);
    expect(await site.lines()).toEqual([]);
  },
};
