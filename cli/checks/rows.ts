import { edgeCarrier } from "../../components/plan/edgePlan";
import { usersOf } from "../../providers/vicidial/site/agentBlocks";
import { storedUsers } from "../../providers/vicidial/resources/agentUsers/rows";
import { campaign } from "../../providers/vicidial/resources/campaign/campaign";
import { campaignRouting } from "../../providers/vicidial/resources/campaignRouting/campaignRouting";
import { carrier } from "../../providers/vicidial/resources/carrier/carrier";
import { phone } from "../../providers/vicidial/resources/phone/phone";
import { remoteAgentsOf } from "../../providers/vicidial/resources/remoteAgent/rows";
import type { Resource } from "../../providers/dynamic/resource";
import type { Vicidial } from "../../providers/vicidial/session";
import { settingsContainer } from "../../providers/vicidial/resources/settingsContainer/settingsContainer";
import { type Check, failed, type Finding, passed, together } from "../check";
import { type BridgeSubject, linesOf } from "../subject";

const REPAIR = "run `pulumi refresh`, then `pulumi up`";

/** Every row of the bridge holds what the plan says, read by the providers' own code. */
export const rows: Check<BridgeSubject> = {
  name: "rows",
  question: "Are users, remote agents, carriers and the campaign's routing in the database as planned?",
  async run(subject) {
    const vicidial = await subject.vicidial();
    const { children, edge } = subject.plan;
    const { campaign: newCampaign, routing, amdOptions, softphone } = children;
    const findings = [
      await asPlanned(vicidial, carrier, edgeCarrier(edge), `carrier ${edge.carrierId}`),
      await asPlanned(vicidial, carrier, children.carrier, `carrier ${children.carrier.carrierId}`),
      await remoteAgentsAsPlanned(subject, vicidial),
    ];
    if (newCampaign !== undefined)
      findings.push(await asPlanned(vicidial, campaign, newCampaign, `campaign ${newCampaign.campaignId}`));
    findings.push(await asPlanned(vicidial, campaignRouting, routing, `routing of campaign ${routing.campaignId}`));
    if (amdOptions !== undefined)
      findings.push(
        await asPlanned(vicidial, settingsContainer, amdOptions, `settings container ${amdOptions.containerId}`),
      );
    if (softphone !== undefined)
      findings.push(
        await asPlanned(vicidial, phone, softphone, `softphone ${softphone.serverIp}/${softphone.extension}`),
      );
    return together(findings, "all rows are as planned");
  },
};

/** What is live of one resource, as its own `read` sees it when nothing is remembered. */
async function asPlanned<Wanted extends object, Memory extends object, Declared>(
  vicidial: Vicidial,
  definition: Resource<Wanted, Memory, Vicidial, Declared>,
  declared: Declared,
  what: string,
): Promise<Finding> {
  const wanted = definition.schema.parse(declared);
  const live = await definition.read({ ...wanted, ...definition.memory.parse({}), id: "" }, vicidial);
  return compared(what, wanted, live?.inputs, definition.secrets);
}

/** What is live against what was declared. A field that the live object does not have is not managed. */
function compared(what: string, wanted: object, live: object | undefined, secrets: readonly string[] = []): Finding {
  if (live === undefined) return failed(`${what} is missing`, [`${what}: no such row`], REPAIR);
  const declared = new Map<string, unknown>(Object.entries(wanted));
  const different = Object.entries(live).filter(
    ([field, value]) =>
      declared.get(field) !== undefined && JSON.stringify(value) !== JSON.stringify(declared.get(field)),
  );
  if (different.length === 0) return passed(`${what} is as planned`, [`${what}: as planned`]);
  const evidence = different.map(([field, value]) => {
    if (secrets.includes(field)) return `${what}: \`${field}\` is another text than planned`;
    const [is, planned] = firstDifference(value, declared.get(field));
    return `${what}: \`${field}\` is ${is}, planned ${planned}`;
  });
  const names = different.map(([field]) => `\`${field}\``).join(", ");
  return failed(`${what} is not as planned (${names})`, evidence, REPAIR);
}

/** Of texts of several lines only the first line that differs: the rest is for `pulumi preview --diff`. */
function firstDifference(is: unknown, planned: unknown): [string, string] {
  if (typeof is !== "string" || typeof planned !== "string" || !`${is}${planned}`.includes("\n"))
    return [JSON.stringify(is), JSON.stringify(planned)];
  const [lines, wanted] = [is.split("\n"), planned.split("\n")];
  const at = Array.from({ length: Math.max(lines.length, wanted.length) }, (_, line) => line).find(
    (line) => lines[line] !== wanted[line],
  );
  const shown = (line: string | undefined) => (line === undefined ? "nothing" : JSON.stringify(line));
  return [`in line ${(at ?? 0) + 1} ${shown(lines[at ?? 0])}`, shown(wanted[at ?? 0])];
}

async function remoteAgentsAsPlanned(subject: BridgeSubject, vicidial: Vicidial): Promise<Finding> {
  const { campaignId, lines } = subject.plan.bridge;
  const wanted = await linesOf(subject, vicidial);
  if (wanted.length === 0)
    return failed(
      "no dialler is in service",
      ["servers: none has active and active_asterisk_server Y"],
      "activate one in Admin → Servers",
    );
  const stored = await remoteAgentsOf(vicidial, campaignId);
  const findings = wanted.map(({ serverIp, extension }): Finding => {
    const what = `remote agent on ${serverIp}`;
    const row = stored.find((one) => one.server_ip === serverIp && one.conf_exten === extension);
    if (row === undefined) {
      const others = stored.filter((one) => one.server_ip === serverIp).map((one) => one.conf_exten ?? "NULL");
      const seen = others.length === 0 ? "none" : `one with extension ${others.join(", ")}`;
      return failed(
        `${what}: missing`,
        [`${what}: campaign ${campaignId} has ${seen}, planned extension ${extension}`],
        REPAIR,
      );
    }
    const live = { lines: row.number_of_lines, status: row.status, extensionGroup: row.extension_group || "NONE" };
    return compared(what, { lines, status: "ACTIVE", extensionGroup: "NONE" }, live);
  });
  return together(
    [
      ...findings,
      await usersAsPlanned(
        wanted.flatMap(({ block }) => usersOf(block)),
        vicidial,
      ),
    ],
    "",
  );
}

async function usersAsPlanned(users: readonly string[], vicidial: Vicidial): Promise<Finding> {
  const stored = await storedUsers(vicidial, users);
  const missing = users.filter((user) => !stored.some((row) => row.user === user));
  const inactive = stored.filter(({ active }) => active !== "Y").map(({ user }) => user);
  if (missing.length === 0 && inactive.length === 0)
    return passed("", [`agent users ${users.join(", ")}: there and active`]);
  const evidence = [
    ...(missing.length > 0 ? [`agent users ${missing.join(", ")}: no such rows`] : []),
    ...(inactive.length > 0 ? [`agent users ${inactive.join(", ")}: not active`] : []),
  ];
  return failed(evidence.join("; "), evidence, REPAIR);
}
