import { until } from "../../kit/calls/until";
import type { Mistake } from "../support/mistake";
import { closedAs, over } from "../support/seen";

export const mistake: Mistake = {
  title: "More calls are placed than there are lines",
  group: "The customer answers and the AI is not there",
  sources: ["guide step 4.6", "guide troubleshooting 5", "silent mistake 33"],
  cause:
    "`auto_dial_level` above 1 dials for more customers than the AI has lines. Who answers while all lines talk waits `drop_call_seconds`.",
  symptom: 'The customer hears nothing for some seconds and is hung up on; DROP, "Agent Not Available".',
  look: "`vicidial_log`: user VDAD, term_reason QUEUETIMEOUT; `vicidial_remote_agent_log` has no row of the call.",
  fix: "Level 1; `number_of_lines` is how many calls the AI takes at once.",
  n: 138,
  customers: ["14", "15"],
  async make(site) {
    await site.campaign({ auto_dial_level: "2" });
  },
  async seen(site) {
    const dropped = await until("one of the two is dropped", 90_000, async () => {
      for (const lead of site.leads) if ((await site.row(lead)).status === "DROP") return lead;
      return undefined;
    });
    const rows = await closedAs(site, ["DROP"], dropped);
    expect(rows.log).toMatchObject({ user: "VDAD", term_reason: "QUEUETIMEOUT" });
    expect(rows.line).toBeUndefined();
    expect((await over(site, dropped)).endedBy).toBe("caller");
    expect(await site.lab.edge.of(dropped.phone)).toEqual([]);
  },
};
