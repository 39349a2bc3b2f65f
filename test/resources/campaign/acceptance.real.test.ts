import { acceptance, type Args } from "../../kit/acceptance";
import { freshDatabase } from "../../kit/database";

const COLUMNS = {
  name: "campaign_name",
  description: "campaign_description",
  localCallTime: "local_call_time",
  nextAgentCall: "next_agent_call",
  leadOrder: "lead_order",
  dialTimeout: "dial_timeout",
};

acceptance("VicidialCampaign", async () => {
  const db = await freshDatabase({ schema: "1720" });
  const set =
    (assignment: string) =>
    async ({ campaignId }: Args) => {
      await db.query(`UPDATE vicidial_campaigns SET ${assignment} WHERE campaign_id = ?`, [campaignId]);
    };
  const allowed = async (campaignId: unknown): Promise<string[]> => {
    const groups = await db.query("SELECT user_group, allowed_campaigns FROM vicidial_user_groups ORDER BY user_group");
    return groups
      .filter(({ allowed_campaigns }) => String(allowed_campaigns).split(" ").includes(String(campaignId)))
      .map(({ user_group }) => String(user_group));
  };
  return {
    class: "VicidialCampaign",
    env: db.env,
    base: (i) => ({
      ...{ campaignId: `NEW${i}`, name: `New campaign ${i}`, description: "By Pulumi", active: true },
      ...{ localCallTime: "9am-5pm", nextAgentCall: "random", leadOrder: "UP", dialTimeout: 45, allowedFor: ["SALES"] },
      userGroup: "---ALL---",
    }),
    changes: [
      { field: "name", to: "Another name" },
      { field: "description", to: "Changed" },
      { field: "active", to: false },
      { field: "localCallTime", to: "24hours" },
      { field: "nextAgentCall", to: "longest_wait_time" },
      { field: "leadOrder", to: "DOWN" },
      { field: "dialTimeout", to: 30 },
      { field: "allowedFor", to: [] },
      { field: "campaignId", to: (i: number) => `OTHER${i}`, replaces: true },
      { field: "userGroup", to: "SALES" },
      { field: "adopt", to: true },
    ],
    columns: [
      { property: "name", change: set("campaign_name = 'By hand'") },
      { property: "description", change: set("campaign_description = 'By hand'") },
      { property: "active", change: set("active = IF(active = 'Y', 'N', 'Y')") },
      { property: "localCallTime", change: set("local_call_time = '12pm-5pm'") },
      { property: "nextAgentCall", change: set("next_agent_call = 'fewest_calls'") },
      { property: "leadOrder", change: set("lead_order = 'RANDOM'") },
      { property: "dialTimeout", change: set("dial_timeout = 99") },
      { property: "userGroup", change: set("user_group = 'ADMIN'") },
      {
        property: "allowedFor",
        async change({ campaignId }) {
          const without = "REPLACE(allowed_campaigns, CONCAT(' ', ?, ' '), ' ')";
          await db.query(`UPDATE vicidial_user_groups SET allowed_campaigns = ${without}`, [campaignId]);
        },
      },
    ],
    conflict: {
      change: set("campaign_name = 'By hand again'"),
      message: '`vicidial_campaigns.campaign_name` "By hand again": was "By hand" when this stack',
    },
    async stored({ campaignId }) {
      const [row] = await db.query("SELECT * FROM vicidial_campaigns WHERE campaign_id = ?", [campaignId]);
      if (row === undefined) return undefined;
      for (const table of ["vicidial_campaign_stats", "vicidial_campaign_stats_debug"])
        expect(await db.query(`SELECT campaign_id FROM ${table} WHERE campaign_id = ?`, [campaignId])).toHaveLength(1);
      return {
        ...Object.fromEntries(Object.entries(COLUMNS).map(([input, column]) => [input, row[column]])),
        active: row["active"] === "Y",
        allowedFor: await allowed(campaignId),
        userGroup: row["user_group"],
      };
    },
    async deleteByHand({ campaignId }) {
      await db.query("DELETE FROM vicidial_campaigns WHERE campaign_id = ?", [campaignId]);
    },
    adopt: {
      async makeByHand({ campaignId }) {
        await db.query(
          "INSERT INTO vicidial_campaigns (campaign_id, campaign_name, active) VALUES (?, 'By hand', 'N')",
          [campaignId],
        );
        await db.query("INSERT INTO vicidial_campaign_stats (campaign_id) VALUES (?)", [campaignId]);
        await db.query("INSERT INTO vicidial_campaign_stats_debug (campaign_id) VALUES (?)", [campaignId]);
      },
      refusal: /`campaignId` "NEW\d+": there is a campaign with this id already .* take it over with `adopt: true`/,
      async removeByHand({ campaignId }) {
        for (const table of ["vicidial_campaigns", "vicidial_campaign_stats", "vicidial_campaign_stats_debug"])
          await db.query(`DELETE FROM ${table} WHERE campaign_id = ?`, [campaignId]);
      },
    },
    badInputs: [
      { args: { campaignId: "A" }, message: "must be 2 to 8 letters, digits or _" },
      { args: { campaignId: "NEW-1" }, message: "must be 2 to 8 letters, digits or _" },
      { args: { campaignId: "SUPPORT" }, message: '`campaignId` "SUPPORT": an in-group has this id' },
      { args: { campaignId: "SIGMA1" }, message: '`campaignId` "SIGMA1": there is a campaign with this id already' },
      { args: { name: "Short" }, message: "must be 6 to 40 letters" },
      { args: { name: "Quote's campaign" }, message: "must be 6 to 40 letters" },
      {
        args: { localCallTime: "never" },
        message: '`localCallTime` "never": there is none with this id (vicidial_call_times.call_time_id)',
      },
      {
        args: { userGroup: "NOGROUP" },
        message: '`userGroup` "NOGROUP": there is none with this id (vicidial_user_groups.user_group)',
      },
      { args: { dialTimeout: 3 }, message: "must be at least 4" },
    ],
    unknown: ["campaignId", "name", "localCallTime", "dialTimeout"],
    secrets: [db.password],
    dump: () => db.dump(),
    leaves: [/^\+ vicidial_admin_log: /],
    close: () => db.drop(),
  };
});
