import { rowsOf } from "../../kit/calls/evidence";
import type { Mistake } from "../support/mistake";
import { hears, talks } from "../support/seen";

export const mistake: Mistake = {
  title: "The campaign records on demand only",
  group: "The AI talks, but not as it should",
  sources: ["docs/facts/guide.md#where-the-guide-is-wrong", "silent mistake 35"],
  cause:
    "`campaign_recording` is ONDEMAND, the default: an AI presses no button. ALLCALLS and ALLFORCE record; also then only from the agent's answer on, not from the dialling.",
  symptom: "The talk is good and VICIdial has no recording of it.",
  look: "`recording_log` has no row of the lead.",
  fix: "ALLFORCE.",
  n: 143,
  async make(site) {
    await site.campaign({ campaign_recording: "ONDEMAND" });
  },
  async seen(site) {
    const ai = await talks(site);
    await hears(site);
    await site.lab.edge.hangUp(ai.id);
    expect((await rowsOf(site.lab, site.lead.id)).recordings).toEqual([]);
  },
};
