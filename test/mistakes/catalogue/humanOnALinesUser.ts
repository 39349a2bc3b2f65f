import { until } from "../../kit/calls/until";
import type { Mistake } from "../support/mistake";

export const mistake: Mistake = {
  title: "A human is logged in with a line's user",
  group: "Nobody notices, until it costs",
  sources: ["silent mistake 6"],
  cause:
    "The block of lines covers the id of an agent who works at a screen on the same dialler, or that of another remote agent.",
  symptom:
    "His session is rewritten every two seconds: another campaign, Ready in the middle of his call, the AI's extension.",
  look: "`vicidial_live_agents`: an `extension` that is not `R/<user>` with the remote agent's `conf_exten`.",
  fix: "A block of users for the lines that nobody else has.",
  n: 157,
  bridge: { lines: 2 },
  customers: [],
  when: "in force",
  async make(site) {
    const user = String(Number(site.user) + 1);
    await site.hand.remove("vicidial_live_agents", { user });
    await site.hand.add(
      "vicidial_live_agents",
      {
        ...{ user, server_ip: site.dialler, extension: "SIP/401", conf_exten: "8600051", status: "PAUSED" },
        ...{ campaign_id: "SOLAR", lead_id: 0, closer_campaigns: "", comments: "", outbound_autodial: "N" },
      },
      "user",
    );
  },
  async seen(site) {
    const user = String(Number(site.user) + 1);
    const rewritten = await until("the human's session is rewritten", 20_000, async () => {
      const [live] = await site.lab.query<{ status: string }>("SELECT * FROM vicidial_live_agents WHERE user = ?", [
        user,
      ]);
      return live?.status === "READY" ? live : undefined;
    });
    expect(rewritten).toMatchObject({
      ...{ extension: "SIP/401", conf_exten: site.extension, campaign_id: site.campaignId },
    });
  },
};
