import type { z } from "zod";
import { objectOf } from "../../core/schema/shape";
import { sipNumber } from "../../providers/sigmamind/sipNumber/sipNumber";
import { agentUsers } from "../../providers/vicidial/resources/agentUsers/agentUsers";
import { campaign } from "../../providers/vicidial/resources/campaign/campaign";
import { campaignRouting } from "../../providers/vicidial/resources/campaignRouting/campaignRouting";
import { carrier } from "../../providers/vicidial/resources/carrier/carrier";
import { list } from "../../providers/vicidial/resources/list/list";
import { phone } from "../../providers/vicidial/resources/phone/phone";
import { remoteAgent } from "../../providers/vicidial/resources/remoteAgent/remoteAgent";
import { remoteAgents } from "../../providers/vicidial/resources/remoteAgents/remoteAgents";
import { settingsContainer } from "../../providers/vicidial/resources/settingsContainer/settingsContainer";
import type { CommentSource } from "./sources";

/** What makes a page of one resource. Everything else is read from its sources. */
export interface Subject {
  className: string;
  kind: string;
  schema: z.ZodType;
  identity: readonly string[];
  secrets: readonly string[];
  /** What it computes, its outputs besides the inputs. */
  memory: z.ZodType & Pick<z.ZodObject, "shape">;
  memoryComments: CommentSource;
  /** The folder of its sources. */
  folder: string;
  comments: readonly CommentSource[];
  /** Arguments whose change waits for calls to end where it touches a line that is on one. */
  drains: readonly string[];
  /** Argument of a bridge that makes it, or what a bridge always makes. */
  ofBridge?: string;
  /** Folders of resources whose writes are its own too. */
  parts?: readonly string[];
}

/** Arguments that say how the stack acts: a change of them alone writes nothing outside. */
export const OWN_ARGUMENTS: readonly string[] = [
  ...["adopt", "force", "drainTimeoutSeconds", "waitForReady", "onDestroy", "lab", "transferTargets"],
];

type Definition = Pick<Subject, "kind" | "schema" | "identity" | "secrets" | "memory">;
type Own = Partial<Pick<Subject, "comments" | "drains" | "ofBridge" | "parts">>;

/** By the layout of a resource: a folder and a file of its name, the schema in a file of its own unless it is said. */
function subject(className: string, folder: string, definition: Definition, own: Own = {}): Subject {
  const { kind, schema, identity, secrets, memory } = definition;
  const name = folder.replace(/^.*\//, "");
  return {
    ...{ className, folder, kind, schema, identity, secrets, memory },
    memoryComments: [`${folder}/${name}.ts`, `${name}Memory`],
    comments: [[`${folder}/schema.ts`, `${name}Schema`]],
    drains: [],
    ...own,
  };
}

const AGENT_LINES = ["lines", "extension", "campaignId", "closerCampaigns", "status"];
const VICIDIAL = "providers/vicidial/resources";
const NUMBER = "providers/sigmamind/sipNumber";

export const SUBJECTS: readonly Subject[] = [
  subject("SigmaMindSipNumber", NUMBER, sipNumber, {
    comments: [
      [`${NUMBER}/schema.ts`, "sipNumberSchema"],
      [`${NUMBER}/schema.ts`, "purchase", "purchase"],
    ],
    ofBridge: "routeNumber",
  }),
  subject("VicidialAgentUsers", `${VICIDIAL}/agentUsers`, agentUsers),
  subject("VicidialRemoteAgent", `${VICIDIAL}/remoteAgent`, remoteAgent, {
    drains: [...AGENT_LINES, "onHook", "onHookRingSeconds", "extensionGroup"],
  }),
  subject("VicidialRemoteAgents", `${VICIDIAL}/remoteAgents`, remoteAgents, {
    drains: [...AGENT_LINES, "diallers"],
    ofBridge: "lines",
    parts: [`${VICIDIAL}/agentUsers`, `${VICIDIAL}/remoteAgent`],
  }),
  subject("VicidialCarrier", `${VICIDIAL}/carrier`, carrier, { ofBridge: "aiPrefix" }),
  subject("VicidialCampaignRouting", `${VICIDIAL}/campaignRouting`, campaignRouting, { ofBridge: "campaignId" }),
  subject("VicidialCampaign", `${VICIDIAL}/campaign`, campaign, {
    comments: [[`${VICIDIAL}/campaign/campaign.ts`, "campaignSchema"]],
    ofBridge: "campaign",
  }),
  subject("VicidialList", `${VICIDIAL}/list`, list, {
    comments: [
      [`${VICIDIAL}/list/schema.ts`, "listSchema"],
      [`${VICIDIAL}/list/schema.ts`, "leadSchema", "leads"],
    ],
  }),
  subject("VicidialPhone", `${VICIDIAL}/phone`, phone, {
    comments: [[`${VICIDIAL}/phone/schema.ts`, "declared"]],
    ofBridge: "softphone",
  }),
  subject("VicidialSettingsContainer", `${VICIDIAL}/settingsContainer`, settingsContainer, {
    comments: [[`${VICIDIAL}/settingsContainer/settingsContainer.ts`, "settingsContainerSchema"]],
    ofBridge: "amd",
  }),
];

/** The schema of one argument. */
export function fieldOf(schema: z.ZodType, name: string): z.ZodType {
  const field: unknown = objectOf(schema)?.shape[name];
  if (field === undefined) throw new Error(`no argument ${name}`);
  return field as z.ZodType;
}
