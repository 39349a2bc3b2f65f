/**
 * A database of 2013 with the real CLI: every resource that such a site can have is made, changed and destroyed in one stack. (A whole
 * bridge does so in test/resources/bridge; VicidialSettingsContainer needs a table that came later.)
 */
import { sipEdge } from "../../providers/asterisk";
import { type Dump, differences, freshDatabase, type FreshDatabase } from "../kit/database";
import { TestStack } from "../kit/stack";
import { withoutTraces } from "../kit/session";

jest.setTimeout(240_000);

type Args = Record<string, unknown>;
interface Case {
  class: string;
  dependsOn?: string[];
  args: Args;
  /** The inputs that change in place. */
  change: Args;
  /** Reads back what is stored. */
  rows: string;
  created: Args[];
  updated: Args[];
}

const { accountEntry } = sipEdge({
  account: "edge2013",
  stack: "sip",
  host: "10.0.0.9",
  transport: "udp",
  srtp: false,
});
const dialplanEntry =
  "exten => 979719895551234,1,AGI(agi://127.0.0.1:4577/call_log)\n" +
  "exten => 979719895551234,n,Dial(SIP/+19895551234@edge2013,,o)\nexten => 979719895551234,n,Hangup()";
const user = { user_level: 1, vicidial_recording: "1", active: "Y" };
const line = { number_of_lines: 1, campaign_id: "SIGMA2", status: "ACTIVE" };
const lead = { phone_code: "1", status: "NEW", gmt_offset_now: "-7.00", called_since_last_reset: "N" };
const declared = { serverIp: "10.20.30.11", campaignId: "SIGMA1", extension: "979719895551234" };

const CASES: Record<string, Case> = {
  users: {
    class: "VicidialAgentUsers",
    args: { userStart: "7000", lines: 2, namePrefix: "Line", userGroup: "AGENTS" },
    change: { userGroup: "SALES" },
    rows: "SELECT user, full_name, user_group, active FROM vicidial_users WHERE user LIKE '700_' ORDER BY user",
    created: [
      { user: "7000", full_name: "Line 1", user_group: "AGENTS", active: "Y" },
      { user: "7001", full_name: "Line 2", user_group: "AGENTS", active: "Y" },
    ],
    updated: [{ user_group: "SALES" }, { user_group: "SALES" }],
  },
  agent: {
    class: "VicidialRemoteAgent",
    dependsOn: ["users"],
    args: { ...declared, userStart: "7000", lines: 2, closerCampaigns: ["SUPPORT"] },
    change: { extension: "979719895550000" },
    rows: "SELECT * FROM vicidial_remote_agents WHERE user_start = '7000'",
    created: [
      {
        ...{ server_ip: "10.20.30.11", number_of_lines: 2, conf_exten: "979719895551234", campaign_id: "SIGMA1" },
        ...{ status: "ACTIVE", closer_campaigns: " SUPPORT -" },
      },
    ],
    updated: [{ number_of_lines: 2, conf_exten: "979719895550000", status: "ACTIVE", closer_campaigns: " SUPPORT -" }],
  },
  agents: {
    class: "VicidialRemoteAgents",
    args: { userStart: 7100, lines: 1, extension: "979719895551235", campaignId: "SIGMA2" },
    change: { extension: "979719895550001" },
    rows: "SELECT * FROM vicidial_remote_agents WHERE user_start LIKE '710_' ORDER BY user_start",
    created: [
      { ...line, server_ip: "10.20.30.11", user_start: "7100", conf_exten: "979719895551235" },
      { ...line, server_ip: "10.20.30.12", user_start: "7101", conf_exten: "979719895551235" },
    ],
    updated: [
      { ...line, conf_exten: "979719895550001" },
      { ...line, conf_exten: "979719895550001" },
    ],
  },
  carrier: {
    class: "VicidialCarrier",
    args: { carrierId: "OLDSITE", name: "Old site", protocol: "SIP", accountEntry, dialplanEntry },
    change: { active: false },
    rows: "SELECT * FROM vicidial_server_carriers WHERE carrier_id = 'OLDSITE'",
    created: [
      {
        ...{ carrier_name: "Old site", protocol: "SIP", server_ip: "0.0.0.0", active: "Y" },
        ...{ account_entry: accountEntry, dialplan_entry: dialplanEntry },
      },
    ],
    updated: [{ active: "N", dialplan_entry: dialplanEntry }],
  },
  list: {
    class: "VicidialList",
    args: {
      ...{ listId: "7001", name: "Old list", campaignId: "SIGMA1" },
      leads: [{ phoneNumber: "3035500001", firstName: "Ann", city: "Denver" }],
    },
    change: { leads: [{ phoneNumber: "3035500001", firstName: "Anna", city: "Denver" }] },
    rows: "SELECT * FROM vicidial_lists JOIN vicidial_list USING (list_id) WHERE list_id = 7001",
    created: [{ ...lead, list_name: "Old list", campaign_id: "SIGMA1", phone_number: "3035500001", first_name: "Ann" }],
    updated: [{ ...lead, phone_number: "3035500001", first_name: "Anna", city: "Denver" }],
  },
  campaign: {
    class: "VicidialCampaign",
    args: { campaignId: "NEW2013", name: "New campaign", description: "By Pulumi", allowedFor: ["SALES"] },
    change: {
      ...{ name: "Another name", description: "Changed", active: false, localCallTime: "24hours", dialTimeout: 30 },
      ...{ nextAgentCall: "longest_wait_time", leadOrder: "UP", allowedFor: [] },
    },
    rows:
      "SELECT c.*, g.allowed_campaigns FROM vicidial_campaigns c JOIN vicidial_campaign_stats USING (campaign_id) " +
      "JOIN vicidial_campaign_stats_debug USING (campaign_id) JOIN vicidial_user_groups g ON g.user_group = 'SALES' " +
      "WHERE campaign_id = 'NEW2013'",
    created: [
      {
        ...{ campaign_name: "New campaign", campaign_description: "By Pulumi", active: "Y" },
        allowed_campaigns: expect.stringMatching(/ NEW2013 /) as unknown,
      },
    ],
    updated: [
      {
        ...{ campaign_name: "Another name", campaign_description: "Changed", active: "N", local_call_time: "24hours" },
        ...{ dial_timeout: 30, next_agent_call: "longest_wait_time", lead_order: "UP" },
        allowed_campaigns: expect.not.stringMatching(/ NEW2013 /) as unknown,
      },
    ],
  },
  routing: {
    class: "VicidialCampaignRouting",
    args: {
      ...{
        campaignId: "SOLAR",
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
      ...{ dialTimeout: 30, localCallTime: "9am-5pm", dialStatuses: ["NEW", "NA"], dropCallSeconds: 8 },
      ...{ recording: "ALLFORCE", amdSendToVmx: true, amMessageExten: "bye", waitForSilenceOptions: "2000,2,30" },
      ...{ useInternalDnc: "Y", useCampaignDnc: "N", omitPhoneCode: false },
    },
    change: {
      ...{ active: false, dialPrefix: "8787", manualDialPrefix: "9797", campaignCid: "8135550100" },
      ...{ manualDialCid: "AGENT_PHONE", autoDialLevel: 3, hopperLevel: 20 },
      ...{
        dialTimeout: 45,
        localCallTime: "24hours",
        dialStatuses: ["NEW"],
        dropCallSeconds: 5,
        recording: "ALLCALLS",
      },
      ...{ amdSendToVmx: false, amMessageExten: "goodbye", waitForSilenceOptions: "1500,1,20" },
      ...{ useInternalDnc: "N", useCampaignDnc: "Y", omitPhoneCode: true },
    },
    rows: "SELECT * FROM vicidial_campaigns WHERE campaign_id = 'SOLAR'",
    created: [
      {
        ...{ active: "Y", dial_prefix: "9797", manual_dial_prefix: "8787", campaign_cid: "13038142839" },
        ...{ manual_dial_cid: "CAMPAIGN", campaign_vdad_exten: "8369", dial_method: "RATIO", auto_dial_level: "2" },
        ...{ hopper_level: 10, dial_timeout: 30, local_call_time: "9am-5pm", dial_statuses: " NEW NA -" },
        ...{ drop_call_seconds: 8, campaign_recording: "ALLFORCE", amd_send_to_vmx: "Y", am_message_exten: "bye" },
        ...{ waitforsilence_options: "2000,2,30", use_internal_dnc: "Y", use_campaign_dnc: "N", omit_phone_code: "N" },
      },
    ],
    updated: [
      {
        ...{ active: "N", dial_prefix: "8787", manual_dial_prefix: "9797", campaign_cid: "8135550100" },
        ...{ manual_dial_cid: "AGENT_PHONE", campaign_vdad_exten: "8369", dial_method: "RATIO" },
        ...{ auto_dial_level: "3", hopper_level: 20, dial_timeout: 45, local_call_time: "24hours" },
        ...{ dial_statuses: " NEW -", drop_call_seconds: 5, campaign_recording: "ALLCALLS", amd_send_to_vmx: "N" },
        ...{ am_message_exten: "goodbye", waitforsilence_options: "1500,1,20", use_internal_dnc: "N" },
        ...{ use_campaign_dnc: "Y", omit_phone_code: "Y" },
      },
    ],
  },
  phone: {
    class: "VicidialPhone",
    args: { extension: "7400", serverIp: "10.20.30.12", fullName: "Old phone", sipSecret: "a-secret-of-2013" },
    change: { active: false },
    rows: "SELECT * FROM phones WHERE extension = '7400'",
    created: [
      {
        ...{ server_ip: "10.20.30.12", protocol: "SIP", fullname: "Old phone", login: "7400", active: "Y" },
        ...{ conf_secret: "a-secret-of-2013", dialplan_number: "7400" },
      },
    ],
    updated: [{ active: "N", conf_secret: "a-secret-of-2013" }],
  },
};

describe("a database of 2013, schema 1302", () => {
  let db: FreshDatabase;
  let stack: TestStack;
  let untouched: Dump;
  const declare = (changed: boolean) =>
    stack.declare(
      Object.entries(CASES).map(([name, { class: type, dependsOn, args, change }]) => ({
        ...{ class: type, name, dependsOn, args: changed ? { ...args, ...change } : args },
      })),
    );
  const stored = async () => {
    const found = Object.entries(CASES).map(async ([name, { rows }]) => [name, await db.query(rows)] as const);
    return Object.fromEntries(await Promise.all(found));
  };
  const expected = (which: "created" | "updated") =>
    Object.fromEntries(Object.entries(CASES).map(([name, one]) => [name, one[which]]));

  beforeAll(async () => {
    db = await freshDatabase({ schema: "1302" });
    untouched = withoutTraces(await db.dump());
    stack = await TestStack.create({ env: { ...db.env, VICIDIAL_DRAIN_LOOP_SECONDS: "0" } });
  });
  afterAll(async () => {
    await stack.remove();
    await db.drop();
  });

  test("up creates what is declared, and a second preview is empty", async () => {
    declare(false);
    await stack.up();
    expect(await stored()).toMatchObject(expected("created"));
    expect((await db.query("SELECT * FROM vicidial_users WHERE user = '7000'"))[0]).toMatchObject(user);
    await stack.expectNoChanges();
  });

  test("inputs of each changed: the preview shows exactly those, up applies them", async () => {
    declare(true);
    const shown = (await stack.preview()).map(({ name, op, properties }) => [name, op, ...properties]);
    const changes = Object.entries(CASES).map(([name, { change }]) => [name, "update", ...Object.keys(change).sort()]);
    expect(shown.sort()).toEqual(changes.sort());
    await stack.up();
    expect(await stored()).toMatchObject(expected("updated"));
    expect(await stack.refresh()).toEqual([]);
    await stack.expectNoChanges();
  });

  test("destroy leaves nothing of ours and everything of others'", async () => {
    await stack.destroy();
    expect(differences(untouched, withoutTraces(await db.dump()))).toEqual([]);
  });
});
