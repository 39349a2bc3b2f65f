import type { Mistake } from "../support/mistake";
import { notTried, waits } from "../support/seen";

export const mistake: Mistake = {
  title: "The dial level is 0",
  group: "Nobody is called",
  sources: ["docs/facts/vicidial.md#never-ready"],
  cause: "`auto_dial_level` is 0, its default.",
  symptom: "The line is Ready, the hopper is full, nobody is called.",
  look: "`SELECT auto_dial_level FROM vicidial_campaigns`; the lead is in `vicidial_hopper` and stays there.",
  fix: "Level 1: one call per line.",
  n: 108,
  async make(site) {
    await site.campaign({ auto_dial_level: "0" });
  },
  async seen(site) {
    await notTried(site);
    await waits(site);
    const hopper = await site.lab.query("SELECT status FROM vicidial_hopper WHERE lead_id = ?", [site.lead.id]);
    expect(hopper).toEqual([{ status: "READY" }]);
  },
};
