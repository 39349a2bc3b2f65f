import { rowsOf } from "../../kit/calls/evidence";
import type { Mistake } from "../support/mistake";
import { hears, talks } from "../support/seen";

export const mistake: Mistake = {
  title: "The agent's user may not record",
  group: "The AI talks, but not as it should",
  sources: ["silent mistake 35"],
  cause: "`vicidial_users.vicidial_recording` of the remote agent's first user is 0.",
  symptom: "The campaign records all calls, and none of the AI's is recorded.",
  look: "`recording_log` has no row of the lead; the user's settings.",
  fix: "`vicidial_recording` 1, `vicidial_recording_override` DISABLED.",
  n: 144,
  async make(site) {
    await site.hand.set("vicidial_users", { user: site.user }, { vicidial_recording: "0" });
  },
  async seen(site) {
    const ai = await talks(site);
    await hears(site);
    await site.lab.edge.hangUp(ai.id);
    expect((await rowsOf(site.lab, site.lead.id)).recordings).toEqual([]);
  },
};
