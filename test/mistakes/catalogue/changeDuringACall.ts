import { until } from "../../kit/calls/until";
import type { Mistake } from "../support/mistake";
import { talks } from "../support/seen";

export const mistake: Mistake = {
  title: "The remote agent is changed during a call",
  group: "Nobody notices, until it costs",
  sources: ["silent mistake 38", "docs/facts/vicidial.md#lines"],
  cause: "Any change of a remote agent, and of its campaign's dial method, writes its lines anew as READY.",
  symptom: "The call goes on, but the dialler counts the line as free and calls one customer too many, who is dropped.",
  look: "`vicidial_live_agents`: READY with a `lead_id`; the real-time screen shows DISPO.",
  fix: "Set it INACTIVE, wait for the calls to end, change it, set it ACTIVE. To pause a campaign: `active` N.",
  n: 154,
  async seen(site) {
    const ai = await talks(site);
    const line = async () => (await site.lines())[0];
    await until("the line is in the call", 20_000, async () => (await line())?.status === "INCALL");
    await site.remoteAgent({ closer_campaigns: " AGENTDIRECT -" });
    const ready = await until("the line is ready in the middle of the call", 10_000, async () => {
      const now = await line();
      return now?.status === "READY" ? now : undefined;
    });
    expect(ready.lead_id).toBe(site.lead.id);
    expect((await site.lab.edge.of(site.lead.phone))[0]?.state).toBe("answered");
    await site.lab.edge.hangUp(ai.id);
  },
};
