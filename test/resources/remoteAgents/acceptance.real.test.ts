import { acceptance, type Args } from "../../kit/acceptance";
import { freshDatabase } from "../../kit/database";

acceptance("VicidialRemoteAgents", async () => {
  const db = await freshDatabase({ schema: "1720" });
  const start = ({ userStart }: Args) => Number(userStart);
  /** Each instance has 50 users to itself. */
  const own = (args: Args) => [start(args), start(args) + 49];
  const agentsOf = (args: Args) =>
    db.query("SELECT * FROM vicidial_remote_agents WHERE user_start BETWEEN ? AND ? ORDER BY server_ip", own(args));
  const setAgent = (assignment: string) => async (args: Args) => {
    await db.query(`UPDATE vicidial_remote_agents SET ${assignment} WHERE user_start BETWEEN ? AND ?`, own(args));
  };
  const setUser = (assignment: string) => async (args: Args) => {
    await db.query(`UPDATE vicidial_users SET ${assignment} WHERE user BETWEEN ? AND ?`, own(args));
  };
  return {
    class: "VicidialRemoteAgents",
    env: { ...db.env, VICIDIAL_DRAIN_LOOP_SECONDS: "0" },
    base: (i) => ({
      ...{ diallers: "all", userStart: String(7000 + 100 * i), lines: 2, extension: `9797${19895550000 + i}` },
      ...{
        campaignId: "SIGMA1",
        closerCampaigns: ["SUPPORT"],
        status: "ACTIVE",
        namePrefix: "Sigma",
        userGroup: "SALES",
      },
    }),
    changes: [
      { field: "lines", to: 5 },
      { field: "lines", to: 1 },
      { field: "diallers", to: ["10.20.30.12"] },
      { field: "extension", to: "81819895551234" },
      { field: "campaignId", to: "SIGMA2" },
      { field: "closerCampaigns", to: [] },
      { field: "status", to: "INACTIVE" },
      { field: "namePrefix", to: "Delta" },
      { field: "userGroup", to: "AGENTS" },
      { field: "recording", to: false },
      { field: "userStart", to: (i: number) => String(7050 + 100 * i), replaces: true },
      { field: "drainTimeoutSeconds", to: 5 },
      { field: "force", to: true },
      { field: "waitForReady", to: 30 },
      { field: "adopt", to: true },
    ],
    columns: [
      { property: "extension", change: setAgent("conf_exten = '123'") },
      { property: "campaignId", change: setAgent("campaign_id = 'SOLAR'") },
      { property: "status", change: setAgent("status = 'INACTIVE'") },
      {
        property: "diallers",
        async change(args) {
          const where = "server_ip = '10.20.30.11' AND user_start BETWEEN ? AND ?";
          await db.query(`DELETE FROM vicidial_remote_agents WHERE ${where}`, own(args));
        },
      },
      { property: "lines", change: setAgent("number_of_lines = 9") },
      { property: "closerCampaigns", change: setAgent("closer_campaigns = ' AGENTDIR -'") },
      { property: "namePrefix", change: setUser("full_name = 'By hand 1'") },
      { property: "userGroup", change: setUser("user_group = 'ADMIN'") },
      { property: "recording", change: setUser("vicidial_recording = IF(vicidial_recording = '1', '0', '1')") },
    ],
    conflict: {
      change: setAgent("conf_exten = '456'"),
      message: '`vicidial_remote_agents.conf_exten` "456": was "123" when this stack',
    },
    async stored(args) {
      const agents = await agentsOf(args);
      if (agents.length === 0) return undefined;
      const users = await db.query(
        "SELECT user, full_name, user_group, vicidial_recording FROM vicidial_users WHERE user BETWEEN ? AND ? ORDER BY user",
        own(args),
      );
      const one = (values: unknown[]): unknown => (new Set(values.map(String)).size === 1 ? values[0] : values);
      const lines = one(agents.map((agent) => agent["number_of_lines"]));
      expect(users).toHaveLength(agents.length * Number(lines));
      return {
        diallers: agents.length === 2 ? "all" : agents.map((agent) => agent["server_ip"]),
        lines,
        extension: one(agents.map((agent) => agent["conf_exten"])),
        campaignId: one(agents.map((agent) => agent["campaign_id"])),
        status: one(agents.map((agent) => agent["status"])),
        closerCampaigns: String(one(agents.map((agent) => agent["closer_campaigns"])))
          .split(" ")
          .filter((group) => group !== "" && group !== "-"),
        namePrefix: one(users.map((user) => String(user["full_name"]).replace(/ \d+$/, ""))),
        userGroup: one(users.map((user) => user["user_group"])),
        recording: one(users.map((user) => user["vicidial_recording"])) === "1",
      };
    },
    async deleteByHand(args) {
      await db.query("DELETE FROM vicidial_remote_agents WHERE user_start BETWEEN ? AND ?", own(args));
      await db.query("DELETE FROM vicidial_users WHERE user BETWEEN ? AND ?", own(args));
    },
    adopt: {
      async makeByHand(args) {
        for (const [n, ip] of ["10.20.30.11", "10.20.30.12"].entries()) {
          const first = start(args) + 2 * n;
          for (const user of [first, first + 1])
            await db.query(
              "INSERT INTO vicidial_users (user, pass, full_name, user_level) VALUES (?, 'x', 'By hand', 1)",
              [String(user)],
            );
          await db.query("INSERT INTO vicidial_remote_agents SET ?", [
            { server_ip: ip, user_start: String(first), number_of_lines: 2, conf_exten: "1", campaign_id: "OLDCAMP" },
          ]);
        }
      },
      refusal:
        /2 diallers with 2 lines each need agent users \d+-\d+, of which .* are taken .* take them over with `adopt: true`/,
    },
    badInputs: [
      { args: { diallers: [] }, message: 'names no dialler. List at least one address, or write "all"' },
      { args: { diallers: ["0.0.0.0"] }, message: "never becomes READY" },
      {
        args: { diallers: ["10.20.30.99"] },
        message: '`serverIp` "10.20.30.99": VICIdial has no server with this address',
      },
      { args: { userStart: "sigma_agent" }, message: "must be 2 to 9 digits without a leading zero" },
      { args: { userStart: "0055" }, message: "must be 2 to 9 digits without a leading zero" },
      { args: { userStart: "5570" }, message: "need agent users 5570-5573, of which 5570, 5571 are taken" },
      { args: { lines: 0 }, message: "must be at least 1" },
      { args: { lines: 256 }, message: "must be at most 255" },
      {
        args: { extension: "+19895551234@28y698lhv2f.sip.livekit.cloud" },
        message: "a host does not fit and would be cut off silently",
      },
      { args: { campaignId: "NOCAMP" }, message: '`campaignId` "NOCAMP": there is no such campaign' },
      { args: { userGroup: "NOGROUP" }, message: '`userGroup` "NOGROUP": there is no such user group' },
    ],
    unknown: ["userStart", "lines", "extension", "campaignId", "diallers"],
    secrets: [db.password],
    dump: () => db.dump(),
    leaves: [/^\+ vicidial_admin_log: /],
    close: () => db.drop(),
  };
});
