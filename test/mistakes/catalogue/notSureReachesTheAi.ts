import type { Mistake } from "../support/mistake";
import { talks } from "../support/seen";

export const mistake: Mistake = {
  title: "Calls without sound reach the AI",
  group: "The AI talks, but not as it should",
  sources: ["docs/facts/vicidial.md#amd", "silent mistake 36"],
  cause:
    "Detection that hears nothing says NOTSURE, and NOTSURE goes to the agent unless `amd_agent_route_options` says otherwise.",
  symptom: "After five seconds the AI talks to dead air.",
  look: "`vicidial_amd_log`: NOTSURE, NOAUDIODATA.",
  fix: "`amd_agent_route_options` ENABLED with a container AMD_AGENT_OPT_<campaign> that lists who may pass (`onNotSure: hangup`).",
  n: 146,
  bridge: { amd: { onMachine: "hangup", onNotSure: "agent" }, lines: 2 },
  customers: ["53"],
  async seen(site) {
    const ai = await talks(site);
    expect(ai.status).toBe(200);
    await site.lab.edge.hangUp(ai.id);
    const detected = await site.lab.query("SELECT AMDSTATUS FROM vicidial_amd_log WHERE lead_id = ?", [site.lead.id]);
    expect(detected).toMatchObject([{ AMDSTATUS: "NOTSURE" }]);
  },
};
