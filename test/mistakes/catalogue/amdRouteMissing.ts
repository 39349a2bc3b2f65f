import type { Mistake } from "../support/mistake";
import { talks } from "../support/seen";

export const mistake: Mistake = {
  title: "Detection is set up, and the routing extension is still 8368",
  group: "The AI talks, but not as it should",
  sources: ["guide step 8", "silent mistake 37"],
  cause: "The campaign's AMD fields do nothing by themselves: detection runs behind routing extension 8369 only.",
  symptom: "The AI talks to answering machines.",
  look: "`vicidial_amd_log` has no row of the lead; `SELECT campaign_vdad_exten FROM vicidial_campaigns`.",
  fix: "Routing extension 8369.",
  n: 145,
  bridge: { amd: { onMachine: "hangup", onNotSure: "agent" } },
  customers: ["30"],
  async make(site) {
    await site.campaign({ campaign_vdad_exten: "8368" });
  },
  async seen(site) {
    const ai = await talks(site);
    expect(ai.status).toBe(200);
    await site.lab.edge.hangUp(ai.id);
    const detected = await site.lab.query("SELECT AMDSTATUS FROM vicidial_amd_log WHERE lead_id = ?", [site.lead.id]);
    expect(detected).toEqual([]);
  },
};
