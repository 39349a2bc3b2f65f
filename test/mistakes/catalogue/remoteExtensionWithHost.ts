import type { Mistake } from "../support/mistake";
import { hearsInvalid } from "../support/seen";

export const mistake: Mistake = {
  title: "The remote extension names the edge's host",
  group: "The customer answers and the AI is not there",
  sources: ["guide step 2.3", "guide troubleshooting 2", "silent mistake 1"],
  cause:
    "`conf_exten` has 20 characters and is an extension of the dialplan. `+1…@28y698lhv2f.sip.livekit.cloud` is cut off without an error (the page keeps its digits only).",
  symptom:
    'The answered customer hears that his number is not in service; the lead becomes DROP, "Agent Not Available".',
  look: "`SELECT conf_exten FROM vicidial_remote_agents` ends in the middle of the host's name.",
  fix: "Digits only: AI prefix + route number. The host belongs to the carrier's account, the `+` to its Dial.",
  n: 121,
  async make(site) {
    await site.remoteAgent({ conf_exten: `+${site.number}@28y698lhv2f.sip.livekit.cloud` });
  },
  async seen(site) {
    await hearsInvalid(site, `+${site.number}@28y698l`);
  },
};
