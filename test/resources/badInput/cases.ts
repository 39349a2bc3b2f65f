/** One mistake, where it is documented, and the exact words that an operator reads. */
export interface BadInput {
  mistake: string;
  /** Page and heading of docs/facts. */
  source: string;
  kind: string;
  args: Record<string, unknown>;
  message: string;
}

const remoteAgent = { serverIp: "10.20.30.11", userStart: 5565, extension: "979719895551234", campaignId: "SIGMA1" };
const users = { userStart: 5565 };
const routing = { campaignId: "SIGMA1" };
const number = {
  routeNumber: "+19895551234",
  terminationSipUri: "f111.dialmake.com",
  inboundAgentId: "LabSalesAgent001",
};
const campaign = { campaignId: "NEWCAMP", name: "New campaign" };
const carrier = {
  carrierId: "aiedge",
  name: "AI edge",
  protocol: "SIP",
  accountEntry: "[aiedge]\ntype=peer\nhost=192.0.2.9\nqualify=no",
  dialplanEntry:
    "exten => 979719895551234,1,AGI(agi://127.0.0.1:4577/call_log)\nexten => 979719895551234,n,Dial(SIP/+19895551234@aiedge,30,o)\nexten => 979719895551234,n,Hangup()",
  serverIp: "0.0.0.0",
};
const list = { listId: "5001", name: "Test list", campaignId: "SIGMA1" };
const phone = { extension: "7001", serverIp: "10.20.30.11" };

type Row = [mistake: string, source: string, args: Record<string, unknown>, message: string];
const of = (kind: string, base: Record<string, unknown>, rows: readonly Row[]): BadInput[] =>
  rows.map(([mistake, source, args, message]) => ({ mistake, source, kind, args: { ...base, ...args }, message }));

export const badInputs: readonly BadInput[] = [
  ...of("vicidial:RemoteAgent", remoteAgent, [
    [
      "remote extension with the edge's host",
      "docs/facts/vicidial.md#remote-agent-columns",
      { extension: "+13453453453@28y698lhv2f.sip.livekit.cloud" },
      "extension = \"+13453453453@28y698lhv2f.sip.livekit.cloud\": `conf_exten` is 20 digits of dialplan extension; a host does not fit and would be cut off silently. Leave out `@` and what follows it: the host lives in the edge's account (`edge.host`), and the carrier's dialplan adds `+` and the edge to the number.",
    ],
    [
      "remote extension of 21 digits",
      "docs/facts/vicidial.md#remote-agent-columns",
      { extension: "979719895551234567890" },
      'extension = "979719895551234567890": `conf_exten` holds 2 to 20 digits; the admin page removes everything else. Use AI prefix + digits of the route number.',
    ],
    [
      "remote extension that is one digit",
      "docs/facts/vicidial.md#saving-remote-agents",
      { extension: "9" },
      'extension = "9": `conf_exten` holds 2 to 20 digits; the admin page removes everything else. Use AI prefix + digits of the route number.',
    ],
    [
      "server 0.0.0.0",
      "docs/facts/vicidial.md#never-ready",
      { serverIp: "0.0.0.0" },
      'serverIp = "0.0.0.0": 0.0.0.0 ("all servers") never becomes READY: each dialler runs only the remote agents of its own address. Declare one per dialler.',
    ],
    [
      "server as a host name",
      "docs/facts/vicidial.md#phone-and-server-columns",
      { serverIp: "dialler1.example.com" },
      'serverIp = "dialler1.example.com": must be the IPv4 address of a dialler as VICIdial\'s Servers page shows it (no host name, no IPv6).',
    ],
    [
      "server that does not exist",
      "docs/facts/vicidial.md#never-ready",
      { serverIp: "10.20.30.99" },
      '`serverIp` "10.20.30.99": VICIdial has no server with this address (servers.server_ip), so the lines would never become READY. Use an active dialler: 10.20.30.11, 10.20.30.12.',
    ],
    [
      "server that is not active",
      "docs/facts/vicidial.md#never-ready",
      { serverIp: "10.20.30.19" },
      '`serverIp` "10.20.30.19": this server is switched off (servers.active, active_asterisk_server), so the lines would never become READY. Use an active dialler: 10.20.30.11, 10.20.30.12.',
    ],
    [
      "user with letters",
      "docs/facts/vicidial.md#line-users",
      { userStart: "sigma_agent" },
      'userStart = "sigma_agent": must be 2 to 9 digits without a leading zero (10 to 999999999): VICIdial counts the lines up from it.',
    ],
    [
      "user with a leading zero",
      "docs/facts/vicidial.md#line-users",
      { userStart: "0088" },
      'userStart = "0088": must be 2 to 9 digits without a leading zero (10 to 999999999): VICIdial counts the lines up from it.',
    ],
    [
      "user of one digit",
      "docs/facts/vicidial.md#line-users",
      { userStart: "9" },
      'userStart = "9": must be 2 to 9 digits without a leading zero (10 to 999999999): VICIdial counts the lines up from it.',
    ],
    [
      "user of ten digits",
      "docs/facts/vicidial.md#saving-remote-agents",
      { userStart: "1234567890" },
      'userStart = "1234567890": must be 2 to 9 digits without a leading zero (10 to 999999999): VICIdial counts the lines up from it.\nuserStart = "1234567890": the lines end at user 1234567890, above 999999999 (nine digits).',
    ],
    [
      "block that holds the administrator",
      "docs/facts/vicidial.md#line-users",
      { userStart: 6660, lines: 10 },
      "userStart = 6660: lines 6660-6669 hold 6666, VICIdial's built-in administrator. Choose another block.",
    ],
    [
      "block that overlaps another remote agent",
      "docs/facts/vicidial.md#line-users",
      { userStart: 5568, lines: 3 },
      '`userStart` "5568": lines 5568-5570 overlap remote agent 5570-5571 of campaign OLDCAMP on 10.20.30.11. Choose a free block; the next one is 5572-5574.',
    ],
    [
      "block that overlaps on another dialler",
      "docs/facts/vicidial.md#line-users",
      { userStart: 5589, lines: 2 },
      '`userStart` "5589": lines 5589-5590 overlap remote agent 5590 of campaign SOLAR on 10.20.30.12. Choose a free block; the next one is 5591-5592.',
    ],
    [
      "user that does not exist",
      "docs/facts/vicidial.md#saving-remote-agents",
      { userStart: 5700 },
      '`userStart` "5700": there is no such user (vicidial_users), and VICIdial takes the lines\' rights from it. Declare a VicidialAgentUsers with the same userStart, and make this resource depend on it.',
    ],
    [
      "no lines",
      "docs/facts/vicidial.md#never-ready",
      { lines: 0 },
      "lines = 0: must be at least 1; to pause a remote agent set `status: INACTIVE`.",
    ],
    [
      "300 lines",
      "docs/facts/vicidial.md#remote-agent-columns",
      { lines: 300 },
      "lines = 300: must be at most 255 (number_of_lines is a TINYINT); declare a second remote agent for more.",
    ],
    [
      "one and a half lines",
      "docs/facts/vicidial.md#remote-agent-columns",
      { lines: 1.5 },
      "lines = 1.5: must be a whole number.",
    ],
    [
      "campaign that does not exist",
      "docs/facts/vicidial.md#sql-mode",
      { campaignId: "NOSUCH" },
      '`campaignId` "NOSUCH": there is no such campaign (vicidial_campaigns). Create it first, or correct the id.',
    ],
    [
      "campaign id of 9 characters",
      "docs/facts/vicidial.md#sql-mode",
      { campaignId: "CAMPAIGN9" },
      'campaignId = "CAMPAIGN9": must be 2 to 8 letters, digits, - or _ (vicidial_campaigns.campaign_id).',
    ],
    [
      "closer in-group that does not exist",
      "docs/facts/vicidial.md#remote-agent-columns",
      { closerCampaigns: ["NOSUCHGRP"] },
      '`closerCampaigns` ["NOSUCHGRP"]: there are no such in-groups (vicidial_inbound_groups). Create them first, or leave them out.',
    ],
    [
      "status in lower case",
      "docs/facts/vicidial.md#remote-agent-columns",
      { status: "active" },
      'status = "active": must be one of "ACTIVE", "INACTIVE". Give one of these.',
    ],
    [
      "misspelt field",
      "docs/facts/pulumi.md#check-and-diff",
      { campaignID: "SIGMA1" },
      "`campaignID`: there is no such input. Did you mean `campaignId`?",
    ],
  ]),
  ...of("vicidial:AgentUsers", users, [
    [
      "user with letters",
      "docs/facts/guide.md#where-the-guide-is-wrong",
      { userStart: "sigma_agent" },
      'userStart = "sigma_agent": must be 2 to 9 digits without a leading zero (10 to 999999999): VICIdial counts the lines up from it.',
    ],
    [
      "users that exist",
      "docs/facts/vicidial.md#line-users",
      { userStart: 5569, lines: 3 },
      '`userStart` "5569": users 5569-5571 are not free, vicidial_users has 5570 "Remote line 1 of OLDCAMP", 5571 "Remote line 2 of OLDCAMP". Choose a free block; the next one is 5572-5574. If these users are the agent\'s own, take them over with `adopt: true`.',
    ],
    [
      "the administrator's own id",
      "docs/facts/vicidial.md#line-users",
      { userStart: 6666 },
      "userStart = 6666: the block 6666 holds 6666, VICIdial's built-in administrator. Choose another block.",
    ],
    [
      "block beyond nine digits",
      "docs/facts/vicidial.md#saving-remote-agents",
      { userStart: 999999999, lines: 2 },
      "userStart = 999999999: the block ends at 1000000000, above 999999999 (nine digits).",
    ],
    [
      "user group that does not exist",
      "docs/facts/vicidial.md#saving-users-lists-and-phones",
      { userGroup: "NOSUCH" },
      '`userGroup` "NOSUCH": there is no such user group (vicidial_user_groups). Create it in VICIdial, or use one of ADMIN, AGENTS, SALES.',
    ],
    [
      "name with a quote",
      "docs/facts/vicidial.md#what-a-save-keeps",
      { namePrefix: 'the "AI"' },
      'namePrefix = "the \\"AI\\"": must be 2 to 46 characters on one line, without quotes, backslash or semicolon, and without spaces at the ends.',
    ],
    [
      "name that is too long",
      "docs/facts/vicidial.md#user-columns",
      { namePrefix: "x".repeat(47) },
      'namePrefix = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx": must be 2 to 46 characters on one line, without quotes, backslash or semicolon, and without spaces at the ends.',
    ],
    [
      "lines as text",
      "docs/facts/vicidial.md#remote-agent-columns",
      { lines: "four" },
      'lines = "four": must be a number, not text. Give a number.',
    ],
  ]),
  ...of("vicidial:CampaignRouting", routing, [
    [
      "the guide's dial string as routing extension",
      "docs/facts/vicidial.md#a-dial-string-as-routing-extension",
      { routingExtension: "97919895551234" },
      'routingExtension = "97919895551234": is no routing extension: answered calls would bypass the remote agent, and on Asterisk 12 and later no call is placed at all. Use 8368, or 8369 for answering-machine detection (also allowed: 8364, 8365, 8366, 8367, 8368, 8369, 8373, 8374, 8375); the guide\'s literal step 4.3 needs `routing: "direct"`.',
    ],
    [
      "caller id of 6 digits",
      "docs/facts/vicidial.md#originate",
      { campaignCid: "303814" },
      'campaignCid = "303814": a caller id has 7-20 digits (the dialler ignores shorter ones; campaign_cid holds 20).',
    ],
    [
      "caller id with letters",
      "docs/facts/vicidial.md#what-a-save-keeps",
      { campaignCid: "ACME" },
      'campaignCid = "ACME": holds something else than digits, spaces and + ( ) . -. Write the number only.\ncampaignCid = "ACME": a caller id has 7-20 digits (the dialler ignores shorter ones; campaign_cid holds 20).',
    ],
    [
      "manual caller id as a number",
      "docs/facts/vicidial.md#campaign-columns",
      { manualDialCid: "+13038142839" },
      'manualDialCid = "+13038142839": is a choice, not a number: CAMPAIGN (the campaign\'s caller id), AGENT_PHONE or AGENT_PHONE_OVERRIDE.',
    ],
    [
      "prefix that holds x",
      "docs/facts/vicidial.md#originate",
      { dialPrefix: "9x" },
      'dialPrefix = "9x": must be 1 to 20 digits and nothing else (no +, spaces or letters).',
    ],
    [
      "prefix that no carrier answers",
      "docs/facts/vicidial.md#originate",
      { dialPrefix: "4444" },
      '`dialPrefix` "4444": no active carrier\'s pattern begins with this prefix (vicidial_server_carriers.dialplan_entry), so that no call would be placed. Use the prefix of your telephony carrier, or add a carrier with a pattern like _4444X..',
    ],
    [
      "DNC as a dialable status",
      "docs/facts/vicidial.md#hopper",
      { dialStatuses: ["NEW", "DNC"] },
      'dialStatuses = ["NEW","DNC"]: the dialler would call leads of status DNC again: these people asked not to be called. Remove DNC; in a lab, whose leads are all yours, declare `lab: true`.',
    ],
    [
      "XFER and DROP as dialable statuses",
      "docs/facts/vicidial.md#hopper",
      { dialStatuses: ["XFER", "DROP"] },
      'dialStatuses = ["XFER","DROP"]: the dialler would call leads of status XFER again: these people already talked to the AI agent. Remove XFER; in a lab, whose leads are all yours, declare `lab: true`.\ndialStatuses = ["XFER","DROP"]: the dialler would call leads of status DROP again: these people were just abandoned; several jurisdictions forbid calling them again by machine. Remove DROP; in a lab, whose leads are all yours, declare `lab: true`.',
    ],
    [
      "dialable statuses with a comma",
      "docs/facts/vicidial.md#hopper",
      { dialStatuses: ["NEW,NA"] },
      'dialStatuses = ["NEW,NA"]: `dialStatuses[0]` "NEW,NA": a status is 1-6 letters, digits, _ or - and does not begin with -. Use one of Admin → System Statuses.',
    ],
    [
      "dialable status that does not exist",
      "docs/facts/vicidial.md#hopper",
      { dialStatuses: ["NOPE"] },
      '`dialStatuses` "NOPE": there is no such status (vicidial_statuses, vicidial_campaign_statuses), so that no lead would ever have it. Choose one of Admin → System Statuses or of the campaign\'s own.',
    ],
    [
      "level 0 with RATIO",
      "docs/facts/vicidial.md#saving-campaigns",
      { dialMethod: "RATIO", autoDialLevel: 0 },
      "autoDialLevel = 0: with dial method RATIO the level is at least 1: the next save of the campaign raises it, and below 1 some lines are never dialled for. Declare 1 or more.",
    ],
    [
      "level 1 with MANUAL",
      "docs/facts/vicidial.md#saving-campaigns",
      { dialMethod: "MANUAL", autoDialLevel: 1 },
      "autoDialLevel = 1: dial method MANUAL dials nothing by itself, and the next save of the campaign forces its level to 0. Declare `dialMethod: RATIO`, or level 0.",
    ],
    [
      "level with ADAPT",
      "docs/facts/vicidial.md#pace",
      { dialMethod: "ADAPT_TAPERED", autoDialLevel: 2 },
      "autoDialLevel = 2: with dial method ADAPT_TAPERED VICIdial computes the level itself, so that a declared one would never hold. Leave it out, or declare `dialMethod: RATIO`.",
    ],
    [
      "unknown dial method",
      "docs/facts/vicidial.md#campaign-columns",
      { dialMethod: "AUTO" },
      'dialMethod = "AUTO": must be one of "MANUAL", "RATIO", "ADAPT_HARD_LIMIT", "ADAPT_TAPERED", "ADAPT_AVERAGE", "INBOUND_MAN", "SHARED_RATIO", "SHARED_ADAPT_HARD_LIMIT", "SHARED_ADAPT_TAPERED", "SHARED_ADAPT_AVERAGE". Give one of these.',
    ],
    [
      "voicemail drop without a message",
      "docs/facts/vicidial.md#amd",
      { routingExtension: "8369", amdSendToVmx: true, amMessageExten: "" },
      'amMessageExten = "": an audio file name is 1-100 letters, digits and - | / . _.\namdSendToVmx = true: a machine would hear nothing: the campaign has no message (vicidial_campaigns.am_message_exten). Declare `amMessageExten`, the name of an audio file.',
    ],
    [
      "AMD settings without the AMD route",
      "docs/facts/vicidial.md#amd",
      { routingExtension: "8368", amdSendToVmx: true, amMessageExten: "drop1" },
      'amdSendToVmx = true: routing extension 8368 detects no answering machines, so that this has no effect. Declare `routingExtension: "8369"`.',
    ],
    [
      "wait for silence as text",
      "docs/facts/vicidial.md#amd",
      { waitForSilenceOptions: "2 seconds" },
      'waitForSilenceOptions = "2 seconds": is milliseconds,times,seconds. Use for example 2000,2,30.',
    ],
    [
      "hopper level 0",
      "docs/facts/vicidial.md#saving-campaigns",
      { hopperLevel: 0 },
      "hopperLevel = 0: must be at least 1.",
    ],
    [
      "drop after 200 seconds",
      "docs/facts/vicidial.md#campaign-columns",
      { dropCallSeconds: 200 },
      "dropCallSeconds = 200: must be at most 99.",
    ],
    [
      "dial timeout of 2 seconds",
      "docs/facts/vicidial.md#saving-campaigns",
      { dialTimeout: 2 },
      "dialTimeout = 2: must be at least 4.",
    ],
    [
      "recording that does not exist",
      "docs/facts/vicidial.md#campaign-columns",
      { recording: "ALWAYS" },
      'recording = "ALWAYS": must be one of "NEVER", "ONDEMAND", "ALLCALLS", "ALLFORCE". Give one of these.',
    ],
    [
      "campaign that does not exist",
      "docs/facts/vicidial.md#sql-mode",
      { campaignId: "NOSUCH", hopperLevel: 5 },
      '`campaignId` "NOSUCH": there is no such campaign (vicidial_campaigns.campaign_id). Choose one of Admin → Campaigns, or create it: a bridge\'s `campaign: { name: … }`, or a VicidialCampaign that this resource depends on.',
    ],
    [
      "call time that does not exist",
      "docs/facts/vicidial.md#hopper",
      { localCallTime: "nightly" },
      '`localCallTime` "nightly": there is no such call time (vicidial_call_times.call_time_id), so that no lead would ever be dialled. Choose one of Admin → Call Times.',
    ],
  ]),
  ...of("vicidial:Campaign", campaign, [
    [
      "id that exists",
      "docs/facts/vicidial.md#saving-campaigns",
      { campaignId: "SOLAR" },
      '`campaignId` "SOLAR": there is a campaign with this id already (vicidial_campaigns). Choose another id, leave out `campaign` to bridge the existing one, or take it over with `adopt: true`.',
    ],
    [
      "id of an in-group",
      "docs/facts/vicidial.md#sql-mode",
      { campaignId: "SUPPORT" },
      '`campaignId` "SUPPORT": an in-group has this id (vicidial_inbound_groups.group_id), and the admin page allows it to one of them only. Choose another id.',
    ],
    [
      "id with a dash",
      "docs/facts/vicidial.md#what-a-save-keeps",
      { campaignId: "NEW-CAMP" },
      'campaignId = "NEW-CAMP": must be 2 to 8 letters, digits or _ (vicidial_campaigns.campaign_id).',
    ],
    [
      "name of 5 characters",
      "docs/facts/vicidial.md#saving-campaigns",
      { name: "Solar" },
      'name = "Solar": must be 6 to 40 letters, digits, spaces and - . , _ (what the campaign page keeps), no space at the ends.',
    ],
    [
      "call time that does not exist",
      "docs/facts/vicidial.md#hopper",
      { localCallTime: "nightly" },
      '`localCallTime` "nightly": there is none with this id (vicidial_call_times.call_time_id). Choose one of Admin → Call Times.',
    ],
    [
      "user group that does not exist",
      "docs/facts/vicidial.md#campaign-columns",
      { userGroup: "NOSUCH" },
      '`userGroup` "NOSUCH": there is none with this id (vicidial_user_groups.user_group). Choose one of Admin → User Groups.',
    ],
  ]),
  ...of("sigmamind:SipNumber", number, [
    [
      "number without +",
      "docs/facts/sigmamind.md#importing-a-number",
      { routeNumber: "19895551234" },
      'routeNumber = "19895551234": must be an E.164 number: `+`, country code and number, 7 to 15 digits, nothing between them. Write it like +19895551234.',
    ],
    [
      "number with dashes",
      "docs/facts/sigmamind.md#importing-a-number",
      { routeNumber: "+1-989-555-1234" },
      'routeNumber = "+1-989-555-1234": must be an E.164 number: `+`, country code and number, 7 to 15 digits, nothing between them. Write it like +19895551234.',
    ],
    [
      "the AI edge as termination host",
      "docs/facts/guide.md#register-your-number",
      { terminationSipUri: "28y698lhv2f.sip.livekit.cloud" },
      "terminationSipUri = \"28y698lhv2f.sip.livekit.cloud\": is SigmaMind's own SIP edge: SigmaMind's outbound calls would come back to itself. Give the SIP termination host of your telephony carrier, like f111.dialmake.com; the edge's host belongs in the AI carrier of VICIdial.",
    ],
    [
      "termination host as a SIP URI",
      "docs/facts/sigmamind.md#importing-a-number",
      { terminationSipUri: "sip:f111.dialmake.com" },
      'terminationSipUri = "sip:f111.dialmake.com": must be the host alone, without `sip:`. Write it like f111.dialmake.com.',
    ],
    [
      "no termination host",
      "docs/facts/sigmamind.md#importing-a-number",
      { terminationSipUri: undefined },
      "terminationSipUri = undefined: is required for an imported number. Give the host of your telephony carrier, like f111.dialmake.com.",
    ],
    [
      "agent that does not exist",
      "docs/facts/sigmamind.md#agents",
      { inboundAgentId: "NoSuchAgent00001" },
      '`inboundAgentId` "NoSuchAgent00001": there is no such agent in this SigmaMind workspace (GET /v1/agents/{agentId} answers 404). Give the id of one of its agents; it has LabSalesAgent001 (Lab sales), LabCareAgent0002 (Lab care), LabDraftAgent003 (Lab draft).',
    ],
    [
      "trunk user without password",
      "docs/facts/sigmamind.md#importing-a-number",
      { trunkCredentials: { username: "me" } },
      "`trunkCredentials.password`: is required. Give text.",
    ],
    [
      "test callee without +",
      "docs/facts/sigmamind.md#importing-a-number",
      { outboundPhoneNumber: "3035500914" },
      'outboundPhoneNumber = "3035500914": must be an E.164 number: `+`, country code and number, 7 to 15 digits, nothing between them. Write it like +19895551234.',
    ],
    [
      "friendly name of 129 characters",
      "docs/facts/sigmamind.md#importing-a-number",
      { friendlyName: "x".repeat(129) },
      'friendlyName = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx": must have at most 128 characters. Shorten it.',
    ],
  ]),
  ...of("vicidial:Carrier", carrier, [
    [
      "carrier id of 16 characters",
      "docs/facts/vicidial.md#sql-mode",
      { carrierId: "aiedge0123456789" },
      'carrierId = "aiedge0123456789": must be 2 to 15 letters, digits, - or _ (vicidial_server_carriers.carrier_id).',
    ],
    [
      "carrier id that exists",
      "docs/facts/vicidial.md#saving-carriers",
      { carrierId: "TELCO" },
      '`carrierId` "TELCO": a carrier with this id exists (vicidial_server_carriers.carrier_id), named "Telephony carrier". Choose another id, or take the carrier over with `adopt: true`.',
    ],
    [
      "semicolon in the account",
      "docs/facts/vicidial.md#what-a-save-keeps",
      { accountEntry: "[aiedge]\ntype=peer;comment" },
      "`accountEntry`: line 2 holds a semicolon (;), which the next save in VICIdial's admin page would remove or choke on. Leave it out.",
    ],
    [
      "backslash in the dialplan",
      "docs/facts/vicidial.md#what-a-save-keeps",
      { dialplanEntry: "exten => 979719895551234,1,Set(A=a\\,b)" },
      'dialplanEntry = "exten => 979719895551234,1,Set(A=a\\\\,b)": line 1 holds a backslash (\\), which the next save in VICIdial\'s admin page would remove or choke on. Leave it out.',
    ],
    [
      "apostrophe in the dialplan",
      "docs/facts/vicidial.md#what-a-save-keeps",
      { dialplanEntry: "exten => 979719895551234,1,NoOp(it's)" },
      "dialplanEntry = \"exten => 979719895551234,1,NoOp(it's)\": line 1 holds an apostrophe ('), which the next save in VICIdial's admin page would remove or choke on. Leave it out.",
    ],
    [
      "own section that is not closed",
      "docs/facts/vicidial.md#own-sections",
      { dialplanEntry: `${carrier.dialplanEntry}\n[aib-x]\nexten => s,1,NoOp()` },
      'dialplanEntry = "exten => 979719895551234,1,AGI(agi://127.0.0.1:4577/call_log)\\nexten => 979719895551234,n,Dial(SIP/+19895551234@aiedge,30,o)\\nexten => 979719895551234,n,Hangup()\\n[aib-x]\\nexten => s,1,NoOp()": the text opens [aib-x] and does not reopen [vicidial-auto-external], so every later carrier would land in its section. Add the line [vicidial-auto-external] at the end.',
    ],
    [
      "pattern of another active carrier",
      "docs/facts/vicidial.md#same-extension-twice",
      { dialplanEntry: "exten => _9797X.,1,AGI(agi://127.0.0.1:4577/call_log)\nexten => _9797X.,n,Dial(SIP/x,30,o)" },
      '`dialplanEntry` "_9797X.": Asterisk takes it and _9797X. of carrier TELCO for one extension of [vicidial-auto-external]: the first text\'s lines stand, surplus ones of the second are mixed in. Choose another pattern, or deactivate carrier TELCO.',
    ],
    [
      "server that does not exist",
      "docs/facts/vicidial.md#carrier-columns",
      { serverIp: "10.20.30.99" },
      '`serverIp` "10.20.30.99": there is no server with this address (servers.server_ip). Use an address of Admin → Servers, or 0.0.0.0 for all diallers.',
    ],
    [
      "unknown protocol",
      "docs/facts/vicidial.md#carrier-columns",
      { protocol: "H323" },
      'protocol = "H323": must be one of "SIP", "PJSIP", "PJSIP_WIZ", "IAX2", "Zap", "EXTERNAL". Give one of these.',
    ],
    [
      "directive that runs a program",
      "docs/facts/vicidial.md#configuration-files",
      { dialplanEntry: '#exec "/bin/true"' },
      'dialplanEntry = "#exec \\"/bin/true\\"": line 1 (#exec) is a directive that reads a file or runs a program on the dialler. Leave it out.',
    ],
  ]),
  ...of("vicidial:List", list, [
    [
      "list id below 100",
      "docs/facts/vicidial.md#saving-users-lists-and-phones",
      { listId: "99" },
      'listId = "99": must be 3 to 14 digits and nothing else (no +, spaces or letters).',
    ],
    [
      "list that exists",
      "docs/facts/vicidial.md#saving-users-lists-and-phones",
      { listId: "101" },
      '`listId` "101": there is a list with this id already (vicidial_lists). Choose another id, or take the list over with `adopt: true`.',
    ],
    [
      "campaign that does not exist",
      "docs/facts/vicidial.md#saving-users-lists-and-phones",
      { campaignId: "NOSUCH" },
      '`campaignId` "NOSUCH": there is no such campaign (vicidial_campaigns). Create it first, or correct the id.',
    ],
    [
      "name of 31 characters",
      "docs/facts/vicidial.md#sql-mode",
      { name: "x".repeat(31) },
      'name = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx": must be 2 to 30 characters on one line, without quotes, backslash or semicolon, and without spaces at the ends.',
    ],
  ]),
  ...of("vicidial:Phone", phone, [
    [
      "server that does not exist",
      "docs/facts/vicidial.md#phone-and-server-columns",
      { serverIp: "10.20.30.99" },
      '`serverIp` "10.20.30.99": VICIdial has no server with this address (servers.server_ip). Use one of 10.20.30.11, 10.20.30.12, 10.20.30.19.',
    ],
    [
      "phone that exists",
      "docs/facts/vicidial.md#saving-users-lists-and-phones",
      { extension: "401" },
      '`extension` "401": dialler 10.20.30.11 has a phone with this extension already (phones). Choose another extension, or take the phone over with `adopt: true`.',
    ],
  ]),
];
