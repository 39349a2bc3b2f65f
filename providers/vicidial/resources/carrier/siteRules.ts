import { z } from "zod";
import { GENERATED_PROTOCOLS, lintCarrier, parseDialplan, restartAdvice } from "../../../asterisk";
import { Refusal, type Refused } from "../../../../core/refusal";
import { CARRIERS, hasUserGroup } from "./rows";
import type { Carrier } from "./schema";
import { conflictsOf } from "../../site/diallerConfiguration";
import type { Reader } from "../../session";

const stacks = z.object({ allowed_sip_stacks: z.string().nullable() });
const server = z.object({
  active: z.string().nullable(),
  active_asterisk_server: z.string().nullable(),
  generate_vicidial_conf: z.string().nullable(),
});
const counted = z.object({ n: z.coerce.number() });

/** Refuses a carrier that this server cannot have: protocol, dialler, template, group, and what it would collide with. */
export async function refuseOnServer(reader: Reader, wanted: Carrier): Promise<void> {
  const problems = [
    await protocolProblem(reader, wanted),
    await serverProblem(reader, wanted),
    await templateProblem(reader, wanted),
    await userGroupProblem(reader, wanted),
  ];
  const refused = problems.filter((problem) => problem !== undefined);
  if (refused.length === 0 && wanted.active) refused.push(...(await conflictsOf(reader, wanted, wanted.serverIp)));
  if (refused.length > 0) throw new Refusal(...refused);
}

async function protocolProblem(reader: Reader, { protocol }: Carrier): Promise<Refused | undefined> {
  const { catalogue } = reader;
  const known = catalogue.require(CARRIERS, "protocol").values ?? [];
  const field = "protocol";
  if (!known.includes(protocol)) {
    const rule = `this server (schema ${catalogue.schemaVersion}) knows only ${known.join(", ")} (${CARRIERS}.protocol)`;
    const fix = protocol.startsWith("PJSIP")
      ? 'use chan_sip: `protocol: "SIP"` (a bridge: `edge.stack: "sip"`)'
      : "choose one of them";
    return { field, value: protocol, rule, fix };
  }
  if (catalogue.column("system_settings", "allowed_sip_stacks") === undefined) return undefined;
  const row = await reader.row(stacks, "SELECT allowed_sip_stacks FROM system_settings LIMIT 1");
  const allowed = row?.allowed_sip_stacks ?? "SIP";
  const stack = protocol === "PJSIP_WIZ" ? "PJSIP" : protocol;
  if ((stack !== "SIP" && stack !== "PJSIP") || allowed.split("_and_").includes(stack)) return undefined;
  return {
    field,
    value: protocol,
    rule: `this site's diallers run ${allowed} (system_settings.allowed_sip_stacks), so Asterisk would ignore the carrier`,
    fix: `use \`protocol: "${allowed}"\`, or allow the stack in Admin → System Settings → Allowed SIP Stacks once the diallers run it`,
  };
}

async function serverProblem(reader: Reader, { serverIp }: Carrier): Promise<Refused | undefined> {
  if (serverIp === "0.0.0.0" || (await dialler(reader, serverIp)) !== undefined) return undefined;
  const rule = "there is no server with this address (servers.server_ip)";
  return {
    field: "serverIp",
    value: serverIp,
    rule,
    fix: "use an address of Admin → Servers, or 0.0.0.0 for all diallers",
  };
}

async function templateProblem(reader: Reader, { templateId }: Carrier): Promise<Refused | undefined> {
  if (templateId === "--NONE--" || (await exists(reader, "vicidial_conf_templates", "template_id", templateId)))
    return undefined;
  const rule = "there is no template with this id (vicidial_conf_templates.template_id)";
  return { field: "templateId", value: templateId, rule, fix: "use --NONE--, or an id of Admin → Conf Templates" };
}

async function userGroupProblem(reader: Reader, { userGroup }: Carrier): Promise<Refused | undefined> {
  if (userGroup === "---ALL---") return undefined;
  if (!hasUserGroup(reader.catalogue)) {
    const rule = `this server (schema ${reader.catalogue.schemaVersion}) has no column ${CARRIERS}.user_group`;
    return { field: "userGroup", value: userGroup, rule, fix: "leave it out" };
  }
  if (await exists(reader, "vicidial_user_groups", "user_group", userGroup)) return undefined;
  const rule = "there is no user group with this id (vicidial_user_groups.user_group)";
  return { field: "userGroup", value: userGroup, rule, fix: "use ---ALL---, or an id of Admin → User Groups" };
}

async function exists(reader: Reader, table: string, column: string, id: string): Promise<boolean> {
  const row = await reader.row(counted, `SELECT COUNT(*) AS n FROM ${table} WHERE ${column} = ?`, [id]);
  return row !== undefined && row.n > 0;
}

async function dialler(reader: Reader, serverIp: string) {
  const sql = "SELECT active, active_asterisk_server, generate_vicidial_conf FROM servers WHERE server_ip = ?";
  return reader.row(server, sql, [serverIp]);
}

/** What works, but not as the operator may think. Sentences for the operator's terminal. */
export async function warningsFor(reader: Reader, wanted: Carrier, flagged: readonly string[]): Promise<string[]> {
  const { protocol, serverIp } = wanted;
  if (!(GENERATED_PROTOCOLS as readonly string[]).includes(protocol)) {
    return [`VICIdial never writes ${protocol} carriers to Asterisk: this one has no effect on calls.`];
  }
  if (!wanted.active) return [];
  return [
    ...(await notLoaded(reader, serverIp, flagged)),
    ...lintCarrier(parseDialplan(wanted.dialplanEntry)),
    ...oddLines(wanted),
    ...[restartAdvice(wanted.accountEntry)].filter((advice) => advice !== undefined),
  ];
}

/** A dialler that writes no configuration from the database has to be told by hand. */
async function notLoaded(reader: Reader, serverIp: string, flagged: readonly string[]): Promise<string[]> {
  if (serverIp === "0.0.0.0") {
    return flagged.length > 0
      ? []
      : ["no dialler is in service that writes its Asterisk configuration from the database, so none will load it."];
  }
  const row = await dialler(reader, serverIp);
  if (row?.generate_vicidial_conf === "N") {
    return [
      `dialler ${serverIp} does not write its Asterisk configuration from the database (servers.generate_vicidial_conf is N): bring the texts there by hand.`,
    ];
  }
  return row?.active_asterisk_server === "Y"
    ? []
    : [`dialler ${serverIp} is not in service (servers.active_asterisk_server), so nothing loads the carrier.`];
}

function oddLines({ dialplanEntry }: Carrier): string[] {
  return parseDialplan(dialplanEntry).problems.map(
    ({ line, text, problem }) => `dialplanEntry, line ${line} (${text}): ${problem}.`,
  );
}
