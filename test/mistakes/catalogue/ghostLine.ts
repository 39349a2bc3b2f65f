import { setTimeout as pause } from "node:timers/promises";
import type { Mistake } from "../support/mistake";
import { closedAs, over } from "../support/seen";

/** After so long without its remote agent a line does not count any more. */
const STALE_MS = 15_000;

export const mistake: Mistake = {
  title: "A remote agent is removed while its campaign goes on",
  group: "Nobody notices, until it costs",
  sources: ["silent mistake 39", "docs/facts/vicidial.md#ghost-lines"],
  cause:
    "The line of a deleted or inactive remote agent stays listed for 70 s, and after 30 s the lag sweep makes it look fresh for some seconds.",
  symptom: "A real customer is called, though the bridge is gone: he waits for nobody and is dropped.",
  look: "`vicidial_live_agents.pause_code` LAGGED; a lead with DROP half a minute after the removal.",
  fix: "Stop the campaign first (`active` N), then the remote agent, then the carrier; or delete the idle lines within half a minute.",
  n: 155,
  customers: [],
  when: "in force",
  async make(site) {
    await site.hand.remove("vicidial_remote_agents", { user_start: site.user, server_ip: site.dialler });
  },
  async seen(site) {
    await pause(STALE_MS);
    await site.call("14");
    expect((await over(site)).endedBy).toBe("caller");
    const rows = await closedAs(site, ["DROP"]);
    expect(rows.log).toMatchObject({ user: "VDAD", term_reason: "QUEUETIMEOUT" });
    expect(await site.lab.edge.of(site.lead.phone)).toEqual([]);
  },
};
