import type { Mistake } from "../support/mistake";
import { hearsInvalid } from "../support/seen";

export const mistake: Mistake = {
  title: "The remote extension is one digit short, as in the guide's example",
  group: "The customer answers and the AI is not there",
  sources: ["guide step 2.3", "guide troubleshooting 5", "silent mistake 2", "silent mistake 48"],
  cause:
    "9797 and 19895551234 make 979719895551234, not 97919895551234. No carrier's pattern matches what the line dials; the same comes of the bare number without a prefix.",
  symptom:
    'The answered customer hears that his number is not in service, and is hung up on. The lead becomes DROP, which VICIdial calls "Agent Not Available".',
  look: "`vicidial_remote_agent_log` has the call with its extension; `dialplan show <extension>@default` finds nothing.",
  fix: "AI prefix + all digits of the route number.",
  n: 120,
  async make(site) {
    await site.remoteAgent({ conf_exten: `979${site.number}` });
  },
  async seen(site) {
    await hearsInvalid(site, `979${site.number}`);
  },
};
