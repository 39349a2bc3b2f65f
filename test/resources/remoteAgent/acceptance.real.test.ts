import { type Args, acceptance } from "../../kit/acceptance";
import { freshDatabase } from "../../kit/database";

const COLUMNS = {
  serverIp: "server_ip",
  userStart: "user_start",
  lines: "number_of_lines",
  extension: "conf_exten",
  campaignId: "campaign_id",
  status: "status",
  onHookRingSeconds: "on_hook_ring_time",
};

acceptance("VicidialRemoteAgent", async () => {
  const db = await freshDatabase({ schema: "1720" });
  const where = ({ serverIp, userStart }: Args) =>
    `server_ip = '${String(serverIp)}' AND user_start = '${String(userStart)}'`;
  const set = (assignment: string) => async (args: Args) =>
    void (await db.query(`UPDATE vicidial_remote_agents SET ${assignment} WHERE ${where(args)}`));
  // The users that the blocks start with; those after them are not needed.
  for (let start = 7000; start < 8000; start += 10)
    await db.query("INSERT INTO vicidial_users (user, pass, full_name) VALUES (?, 'x', 'line')", [String(start)]);
  await db.query("INSERT INTO vicidial_extension_groups (extension_group_id) VALUES ('EG1')");
  return {
    class: "VicidialRemoteAgent",
    env: { ...db.env, VICIDIAL_DRAIN_LOOP_SECONDS: "0" },
    base: (i) => ({
      ...{ serverIp: "10.20.30.11", userStart: String(7000 + 20 * i), lines: 2, extension: `9797${19895550000 + i}` },
      ...{ campaignId: "SIGMA1", closerCampaigns: ["SUPPORT"], status: "ACTIVE", onHook: false, onHookRingSeconds: 15 },
    }),
    changes: [
      { field: "lines", to: 5 },
      { field: "lines", to: 1 },
      { field: "extension", to: "81819895551234" },
      { field: "campaignId", to: "SIGMA2" },
      { field: "closerCampaigns", to: ["AGENTDIR", "SUPPORT"] },
      { field: "status", to: "INACTIVE" },
      { field: "onHook", to: true },
      { field: "onHookRingSeconds", to: 30 },
      { field: "userStart", to: (i: number) => String(7010 + 20 * i), replaces: true },
      { field: "serverIp", to: "10.20.30.12", replaces: true },
      { field: "drainTimeoutSeconds", to: 5 },
      { field: "force", to: true },
      { field: "adopt", to: true },
      { field: "extensionGroup", to: "EG1" },
    ],
    columns: [
      { property: "extension", change: set("conf_exten = '123'") },
      { property: "lines", change: set("number_of_lines = 9") },
      { property: "campaignId", change: set("campaign_id = 'SOLAR'") },
      { property: "status", change: set("status = 'INACTIVE'") },
      { property: "closerCampaigns", change: set("closer_campaigns = ' -'") },
      { property: "onHookRingSeconds", change: set("on_hook_ring_time = 99") },
      { property: "onHook", change: set("on_hook_agent = IF(on_hook_agent = 'Y', 'N', 'Y')") },
      { property: "extensionGroup", change: set("extension_group = 'EG1'") },
    ],
    conflict: {
      change: set("conf_exten = '456'"),
      message: '`vicidial_remote_agents.conf_exten` "456": was "123" when this stack',
    },
    async stored(args) {
      const [row] = await db.query(`SELECT * FROM vicidial_remote_agents WHERE ${where(args)}`);
      return (
        row && {
          ...Object.fromEntries(Object.entries(COLUMNS).map(([input, column]) => [input, row[column]])),
          closerCampaigns: String(row["closer_campaigns"]).split(" ").slice(1, -1),
          onHook: row["on_hook_agent"] === "Y",
          extensionGroup: row["extension_group"],
        }
      );
    },
    deleteByHand: async (args) => void (await db.query(`DELETE FROM vicidial_remote_agents WHERE ${where(args)}`)),
    adopt: {
      makeByHand: async ({ serverIp, userStart }) =>
        void (await db.query("INSERT INTO vicidial_remote_agents SET ?", [
          { server_ip: serverIp, user_start: userStart, conf_exten: "1", campaign_id: "OLDCAMP" },
        ])),
      refusal:
        /remote agent \d+ of campaign OLDCAMP exists already with this user start on 10\.20\.30\.11\. Take it over with `adopt: true`/,
    },
    badInputs: [
      { args: { serverIp: "0.0.0.0" }, message: 'problem: 0.0.0.0 ("all servers") never becomes READY' },
      {
        args: { extension: "+19895551234@28y698lhv2f.sip.livekit.cloud" },
        message: "a host does not fit and would be cut off silently",
      },
      {
        args: { serverIp: "10.20.30.99" },
        message: '`serverIp` "10.20.30.99": VICIdial has no server with this address',
      },
      { args: { campaignId: "NOCAMP" }, message: '`campaignId` "NOCAMP": there is no such campaign' },
      { args: { userStart: "5570" }, message: "exists already with this user start" },
      { args: { userStart: "5900" }, message: '`userStart` "5900": there is no such user' },
    ],
    unknown: ["serverIp", "userStart", "lines", "extension", "campaignId", "closerCampaigns"],
    secrets: [db.password],
    dump: () => db.dump(),
    leaves: [/^\+ vicidial_admin_log: /],
    close: () => db.drop(),
  };
});
