import type { Mistake } from "../support/mistake";
import { hearsInvalid } from "../support/seen";

export const mistake: Mistake = {
  title: "The AI carrier is not active",
  group: "The customer answers and the AI is not there",
  sources: ["guide step 3", "silent mistake 10"],
  cause:
    "The admin page adds a carrier as inactive, and one for 0.0.0.0 flags no server: nothing of it reaches Asterisk.",
  symptom: 'The line is Ready, the answered customer hears "not in service"; DROP.',
  look: "`SELECT active FROM vicidial_server_carriers`; `dialplan show <remote extension>@default` shows nothing, or the telephony carrier's pattern.",
  fix: "Set it active; set `servers.rebuild_conf_files` Y on every dialler.",
  n: 122,
  bridge: { aiPrefix: "4122" },
  async make(site) {
    await site.carrier({ active: "N" });
  },
  async seen(site) {
    await hearsInvalid(site, `4122${site.number}`);
  },
};
