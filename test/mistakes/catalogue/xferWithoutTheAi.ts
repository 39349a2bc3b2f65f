import { routeNumber } from "../../kit/calls/bridge";
import type { Mistake } from "../support/mistake";
import { aiLegEnds, over } from "../support/seen";

export const mistake: Mistake = {
  title: "XFER is taken for a conversation",
  group: "VICIdial's reports mislead",
  sources: ["docs/facts/vicidial.md#carrier-log"],
  cause:
    "The edge rings and nobody answers. When that lasts longer than the ten-second pass, VICIdial makes the lead XFER with the agent's user, as after a good call.",
  symptom: "The customer hears nothing but ringing. Reports count a talk of many seconds.",
  look: "`vicidial_carrier_log` of the customer's own channel: not ANSWER, `answered_time` 0.",
  fix: "Judge by that row and by SigmaMind's record, never by the lead's status; set `ringTimeout` and a fallback.",
  n: 136,
  bridge: { ringTimeout: 14 },
  async make({ lab, n }) {
    await lab.edge.turn({ delayMs: 60_000 }, routeNumber(n));
  },
  async seen(site) {
    expect((await over(site)).heard.every(({ kind }) => kind === "tone")).toBe(true);
    const rows = await aiLegEnds(site, { dialstatus: "NOANSWER" });
    expect(rows.lead).toMatchObject({ status: "XFER", user: site.user });
    expect(rows.log).toMatchObject({ status: "XFER", comments: "REMOTE" });
    expect(await site.records()).toEqual([]);
  },
  async undo({ lab, n }) {
    await lab.edge.turn({ delayMs: 0 }, routeNumber(n));
  },
};
