import { acceptance, type Args, type Change } from "../../kit/acceptance";
import { freshDatabase } from "../../kit/database";

const TEXT = {
  dialPrefix: "dial_prefix",
  manualDialPrefix: "manual_dial_prefix",
  campaignCid: "campaign_cid",
  manualDialCid: "manual_dial_cid",
  routingExtension: "campaign_vdad_exten",
  dialMethod: "dial_method",
  localCallTime: "local_call_time",
  recording: "campaign_recording",
  amMessageExten: "am_message_exten",
  waitForSilenceOptions: "waitforsilence_options",
  amdAgentRouteOptions: "amd_agent_route_options",
  useInternalDnc: "use_internal_dnc",
  useCampaignDnc: "use_campaign_dnc",
};
const NUMBERS = { hopperLevel: "hopper_level", dialTimeout: "dial_timeout", dropCallSeconds: "drop_call_seconds" };

/** Each input changed alone. */
const CHANGES: readonly Change[] = [
  { field: "active", to: false },
  { field: "dialPrefix", to: "8787" },
  { field: "manualDialPrefix", to: "9797" },
  { field: "campaignCid", to: "8135550100" },
  { field: "manualDialCid", to: "AGENT_PHONE" },
  { field: "routingExtension", to: "8373" },
  { field: "dialMethod", to: "ADAPT_AVERAGE", with: { autoDialLevel: undefined } },
  { field: "autoDialLevel", to: 3 },
  { field: "hopperLevel", to: 20 },
  { field: "dialTimeout", to: 45 },
  { field: "localCallTime", to: "24hours" },
  { field: "dialStatuses", to: ["NEW"] },
  { field: "dropCallSeconds", to: 5 },
  { field: "recording", to: undefined },
  { field: "amdSendToVmx", to: false },
  { field: "amMessageExten", to: "goodbye" },
  { field: "waitForSilenceOptions", to: "1500,1,20" },
  { field: "useInternalDnc", to: "N" },
  { field: "useCampaignDnc", to: "Y" },
  { field: "omitPhoneCode", to: true },
  { field: "campaignId", to: (i: number) => `SITE${i + 30}`, replaces: true },
  { field: "lab", to: true },
  { field: "onDestroy", to: "leave" },
  { field: "routing", to: "direct" },
  { field: "amdAgentRouteOptions", to: "PENDING" },
];

acceptance("VicidialCampaignRouting", async () => {
  const db = await freshDatabase({ schema: "1720" });
  const set =
    (assignment: string) =>
    async ({ campaignId }: Args) => {
      await db.query(`UPDATE vicidial_campaigns SET ${assignment} WHERE campaign_id = ?`, [campaignId]);
    };
  const ids = Array.from({ length: 51 }, (_, i) => `SITE${i}`);
  return {
    class: "VicidialCampaignRouting",
    env: db.env,
    // The campaigns belong to the stack, so that one that is deleted by hand comes back with its routing.
    others: ids.map((campaignId, i) => ({
      class: "VicidialCampaign",
      name: `site-${i}`,
      args: { campaignId, name: `Site campaign ${i}` },
    })),
    base: (i) => ({
      ...{
        campaignId: `SITE${i}`,
        active: true,
        dialPrefix: "9797",
        manualDialPrefix: "8787",
        campaignCid: "13038142839",
      },
      ...{
        manualDialCid: "CAMPAIGN",
        routingExtension: "8369",
        dialMethod: "RATIO",
        autoDialLevel: 2,
        hopperLevel: 10,
      },
      ...{
        dialTimeout: 30,
        localCallTime: "9am-5pm",
        dialStatuses: ["NEW", "NA"],
        dropCallSeconds: 8,
        recording: "ALLFORCE",
      },
      ...{
        amdSendToVmx: true,
        amMessageExten: "bye",
        waitForSilenceOptions: "2000,2,30",
        amdAgentRouteOptions: "DISABLED",
        useInternalDnc: "Y",
        useCampaignDnc: "N",
      },
      ...{ omitPhoneCode: false, onDestroy: "restore" },
    }),
    changes: CHANGES,
    columns: [
      { property: "recording", change: set("campaign_recording = 'NEVER'") },
      { property: "active", change: set("active = IF(active = 'Y', 'N', 'Y')") },
      { property: "dialPrefix", change: set("dial_prefix = '1'") },
      { property: "manualDialPrefix", change: set("manual_dial_prefix = '2'") },
      { property: "campaignCid", change: set("campaign_cid = '0000000000'") },
      {
        property: "manualDialCid",
        change: set("manual_dial_cid = IF(manual_dial_cid = 'CAMPAIGN', 'AGENT_PHONE', 'CAMPAIGN')"),
      },
      { property: "routingExtension", change: set("campaign_vdad_exten = '97919895551234'") },
      { property: "autoDialLevel", change: set("auto_dial_level = '9'") },
      { property: "hopperLevel", change: set("hopper_level = 77") },
      { property: "dialTimeout", change: set("dial_timeout = 99") },
      { property: "localCallTime", change: set("local_call_time = '12pm-5pm'") },
      { property: "dialStatuses", change: set("dial_statuses = ' DROP NEW -'") },
      { property: "dropCallSeconds", change: set("drop_call_seconds = 1") },
      { property: "dialMethod", change: set("dial_method = 'MANUAL'") },
      { property: "amdSendToVmx", change: set("amd_send_to_vmx = IF(amd_send_to_vmx = 'Y', 'N', 'Y')") },
      { property: "amMessageExten", change: set("am_message_exten = 'other'") },
      { property: "waitForSilenceOptions", change: set("waitforsilence_options = NULL") },
      { property: "amdAgentRouteOptions", change: set("amd_agent_route_options = 'ENABLED'") },
      { property: "useInternalDnc", change: set("use_internal_dnc = 'AREACODE'") },
      { property: "useCampaignDnc", change: set("use_campaign_dnc = 'AREACODE'") },
      { property: "omitPhoneCode", change: set("omit_phone_code = IF(omit_phone_code = 'Y', 'N', 'Y')") },
    ],
    conflict: {
      change: set("campaign_recording = 'ALLCALLS'"),
      message: '`vicidial_campaigns.campaign_recording` "ALLCALLS": was "NEVER" when this stack',
    },
    async stored({ campaignId, ...declared }) {
      const [row] = await db.query("SELECT * FROM vicidial_campaigns WHERE campaign_id = ?", [campaignId]);
      const all = row && {
        ...Object.fromEntries(Object.entries(TEXT).map(([input, column]) => [input, row[column] ?? ""])),
        ...Object.fromEntries(Object.entries(NUMBERS).map(([input, column]) => [input, Number(row[column])])),
        autoDialLevel: Number(row["auto_dial_level"]),
        active: row["active"] === "Y",
        amdSendToVmx: row["amd_send_to_vmx"] === "Y",
        omitPhoneCode: row["omit_phone_code"] === "Y",
        dialStatuses: String(row["dial_statuses"])
          .split(" ")
          .filter((one) => one !== "" && one !== "-"),
      };
      // A column that is not declared is none of ours; the harness asks for every one, so those are as good as declared.
      return (
        all &&
        Object.fromEntries(Object.entries(all).map(([input, value]) => [input, input in declared ? value : undefined]))
      );
    },
    async deleteByHand({ campaignId }) {
      await db.query("DELETE FROM vicidial_campaigns WHERE campaign_id = ?", [campaignId]);
    },
    badInputs: [
      { args: { campaignId: "NOSUCH" }, message: '`campaignId` "NOSUCH": there is no such campaign' },
      {
        args: { routingExtension: "97919895551234" },
        message: "is no routing extension: answered calls would bypass the remote agent",
      },
      { args: { manualDialCid: "+13038142839" }, message: "is a choice, not a number: CAMPAIGN" },
      { args: { campaignCid: "303814" }, message: "a caller id has 7-20 digits" },
      { args: { dialPrefix: "9797x" }, message: "must be 1 to 20 digits and nothing else" },
      {
        args: { dialPrefix: "4711" },
        message: '`dialPrefix` "4711": no active carrier\'s pattern begins with this prefix',
      },
      { args: { manualDialPrefix: "4711" }, message: '`manualDialPrefix` "4711": no active carrier\'s pattern' },
      { args: { dialMethod: "MANUAL" }, message: "dial method MANUAL dials nothing by itself" },
      { args: { autoDialLevel: 0 }, message: "with dial method RATIO the level is at least 1" },
      { args: { autoDialLevel: 50 }, message: "the site allows 10 (system_settings.auto_dial_limit)" },
      { args: { dialMethod: "PREDICTIVE" }, message: 'must be one of "MANUAL", "RATIO"' },
      {
        args: { dialStatuses: ["NEW", "DNC"] },
        message: "the dialler would call leads of status DNC again: these people asked not to be called",
      },
      { args: { dialStatuses: ["XFER"] }, message: "these people already talked to the AI agent" },
      { args: { dialStatuses: ["DROP"] }, message: "these people were just abandoned" },
      { args: { dialStatuses: ["NEW,NA"] }, message: "a status is 1-6 letters" },
      { args: { routingExtension: "8368" }, message: "routing extension 8368 detects no answering machines" },
      { args: { localCallTime: "never" }, message: '`localCallTime` "never": there is no such call time' },
      { args: { waitForSilenceOptions: "2 seconds" }, message: "is milliseconds,times,seconds" },
      { args: { dialTimeout: 3 }, message: "must be at least 4" },
      { args: { prefix: "9" }, message: "there is no such input" },
    ],
    unknown: ["campaignId", "dialPrefix", "campaignCid", "autoDialLevel", "dialStatuses", "routingExtension", "active"],
    secrets: [db.password],
    dump: () => db.dump(),
    leaves: [/^\+ vicidial_admin_log: /],
    close: () => db.drop(),
  };
});
