import { agentUsers } from "../../providers/vicidial/resources/agentUsers/agentUsers";
import { campaign } from "../../providers/vicidial/resources/campaign/campaign";
import { campaignRouting } from "../../providers/vicidial/resources/campaignRouting/campaignRouting";
import { carrier } from "../../providers/vicidial/resources/carrier/carrier";
import { list } from "../../providers/vicidial/resources/list/list";
import { phone } from "../../providers/vicidial/resources/phone/phone";
import { remoteAgent } from "../../providers/vicidial/resources/remoteAgent/remoteAgent";
import { remoteAgents } from "../../providers/vicidial/resources/remoteAgents/remoteAgents";
import { settingsContainer } from "../../providers/vicidial/resources/settingsContainer/settingsContainer";
import type { Dump } from "../kit/database";

/** One instance of a resource with everything that it can write. */
export interface Instance {
  args: Record<string, unknown>;
  /** Laid over `args` for the update: as many writes of different kinds as the resource has. */
  changed: Record<string, unknown>;
  /** What the operations of this instance, and of no other, are about: part of the comment before each of their statements. */
  about: RegExp;
  /** What must be there before. */
  prepare?: string;
}

/** A resource whose writes are cut (partialFailure*.real.test.ts). */
export interface CutCase {
  definition: unknown;
  /** Class in components/resources.ts. */
  class: string;
  /** Instances share nothing: each may be cut by itself. `i` is below 1000. */
  instance: (i: number) => Instance;
}

const dialplan = (number: number): string =>
  `exten => ${number},1,AGI(agi://127.0.0.1:4577/call_log)\nexten => ${number},n,Dial(SIP/\${EXTEN:4}@none,,o)\nexten => ${number},n,Hangup()`;
/** A block of ten agent users, and its users by name. */
const block = (first: number, i: number) => ({
  userStart: first + 10 * i,
  about: new RegExp(`\\b${first / 10 + i}\\d\\b`),
});
const extension = "979719895551234";

export const CUT_CASES: Record<string, CutCase> = {
  AgentUsers: {
    definition: agentUsers,
    class: "VicidialAgentUsers",
    instance(i) {
      const { userStart, about } = block(710_000, i);
      const args = { userStart: String(userStart), lines: 2, namePrefix: "Line" };
      return { args, changed: { lines: 3, userGroup: "SALES" }, about };
    },
  },
  "AgentUsers, fewer lines": {
    definition: agentUsers,
    class: "VicidialAgentUsers",
    instance(i) {
      const { userStart, about } = block(720_000, i);
      return { args: { userStart: String(userStart), lines: 2 }, changed: { lines: 1 }, about };
    },
  },
  RemoteAgent: {
    definition: remoteAgent,
    class: "VicidialRemoteAgent",
    instance(i) {
      const { userStart, about } = block(730_000, i);
      return {
        args: { serverIp: "10.20.30.11", userStart: String(userStart), lines: 2, extension, campaignId: "SIGMA1" },
        changed: { lines: 1, extension: "979719895550000", closerCampaigns: ["SUPPORT"] },
        about,
        prepare: `INSERT INTO vicidial_users (user, pass, full_name) VALUES ('${userStart}', 'x', 'by hand'), ('${userStart + 1}', 'x', 'by hand')`,
      };
    },
  },
  RemoteAgents: {
    definition: remoteAgents,
    class: "VicidialRemoteAgents",
    instance(i) {
      const { userStart, about } = block(740_000, i);
      const args = { userStart, lines: 2, extension, campaignId: "SIGMA2" };
      return { args, changed: { lines: 1, extension: "979719895550001" }, about };
    },
  },
  Carrier: {
    definition: carrier,
    class: "VicidialCarrier",
    instance: (i) => ({
      args: {
        carrierId: `CUT${i}`,
        name: "Cut carrier",
        dialplanEntry: dialplan(66_660_000 + 2 * i),
        accountEntry: `[cut${i}]\ntype=peer\nhost=192.0.2.9\nqualify=no\n`,
      },
      changed: { name: "Cut carrier two", serverIp: "10.20.30.12", dialplanEntry: dialplan(66_660_001 + 2 * i) },
      about: new RegExp(`carrier CUT${i}$`),
    }),
  },
  CampaignRouting: {
    definition: campaignRouting,
    class: "VicidialCampaignRouting",
    instance: (i) => ({
      args: { campaignId: `CUTR${i}`, campaignCid: "13038142839", recording: "ALLFORCE" },
      changed: { recording: "ALLCALLS", dialMethod: "RATIO", autoDialLevel: 2 },
      about: new RegExp(`campaign CUTR${i}$`),
      prepare: `INSERT INTO vicidial_campaigns (campaign_id, campaign_name, active, dial_prefix) VALUES ('CUTR${i}', 'by hand', 'Y', '9797')`,
    }),
  },
  Campaign: {
    definition: campaign,
    class: "VicidialCampaign",
    instance: (i) => ({
      args: { campaignId: `CUTC${i}`, name: "Cut campaign", allowedFor: ["SALES"] },
      changed: { name: "Cut campaign two", dialTimeout: 20, allowedFor: [] },
      about: new RegExp(`campaign CUTC${i}$`),
    }),
  },
  List: {
    definition: list,
    class: "VicidialList",
    instance(i) {
      const lead = (n: number) => String(3_035_500_000 + 10 * i + n);
      const vendorLeadCode = `V-${i}`;
      return {
        args: {
          listId: String(700_000 + i),
          name: "Cut list",
          campaignId: "SIGMA1",
          leads: [{ phoneNumber: lead(1) }, { phoneNumber: lead(2), vendorLeadCode }],
        },
        changed: {
          name: "Cut list two",
          resetTrigger: "once",
          leads: [{ phoneNumber: lead(3), vendorLeadCode, firstName: "Ann" }, { phoneNumber: lead(4) }],
        },
        about: new RegExp(`list ${700_000 + i}$`),
      };
    },
  },
  Phone: {
    definition: phone,
    class: "VicidialPhone",
    instance: (i) => ({
      args: { extension: String(74_000 + i), serverIp: "10.20.30.11" },
      changed: { fullName: "Cut phone", active: false, sipSecret: "declared-secret" },
      about: new RegExp(`phone 10.20.30.11/${74_000 + i}$`),
    }),
  },
  SettingsContainer: {
    definition: settingsContainer,
    class: "VicidialSettingsContainer",
    instance: (i) => ({
      args: { containerId: `CUT_CONTAINER_${i}`, notes: "Cut container", type: "OTHER", entry: "a => b" },
      changed: { notes: "Cut container two", entry: "c => d" },
      about: new RegExp(`settings container CUT_CONTAINER_${i}$`),
    }),
  },
};

export type Phase = "create" | "update" | "delete";
export const PHASES: readonly Phase[] = ["create", "update", "delete"];

/** How a write is cut. */
export const CUT_WAYS = [
  { when: "before", stayAway: false },
  { when: "after", stayAway: false },
  // The undo cannot reach the database either: what is left must be known to the next `pulumi up`.
  { when: "before", stayAway: true },
  { when: "after", stayAway: true },
] as const;

/** Row numbers, secrets and dates that differ from run to run of the same change. */
const RANDOM =
  /\b(user_id|remote_agent_id|lead_id|phone_id|pass|pass_hash|conf_secret)="?[^" ]*"?|"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"/g;

/** A dump without what differs from run to run, and without the order in which a group's campaigns came. */
export function comparable(dump: Dump): Dump {
  const known = (row: string): string => row.replace(RANDOM, "$1=*").replace(/(?<= allowed_campaigns=)"[^"]*"/, sorted);
  return Object.fromEntries(Object.entries(dump).map(([table, rows]) => [table, rows.map(known).sort()]));
}

function sorted(words: string): string {
  return words.split(/[ "]+/).sort().join(" ");
}
