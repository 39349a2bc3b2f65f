/** SECURITY.md's narrower GRANTs, run as they stand there: an account with these and no others makes, changes and takes down a bridge. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { agentUsers } from "../../providers/vicidial/resources/agentUsers/agentUsers";
import { campaignRouting } from "../../providers/vicidial/resources/campaignRouting/campaignRouting";
import { carrier } from "../../providers/vicidial/resources/carrier/carrier";
import { phone } from "../../providers/vicidial/resources/phone/phone";
import { remoteAgent } from "../../providers/vicidial/resources/remoteAgent/remoteAgent";
import { remoteAgents } from "../../providers/vicidial/resources/remoteAgents/remoteAgents";
import type { Vicidial } from "../../providers/vicidial/session";
import { settingsContainer } from "../../providers/vicidial/resources/settingsContainer/settingsContainer";
import { differences, type Dump, freshDatabase, type FreshDatabase } from "../kit/database";
import { Engine, sessionOn, withoutTraces } from "../kit/session";

jest.setTimeout(60_000);

const account = { user: `tight_${process.pid}`, password: "a-password-of-this-test" };
const lines = { lines: 2, extension: "979719895551234", campaignId: "SIGMA1" };
const dialplan = (number: string) =>
  `exten => 9797${number},1,AGI(agi://127.0.0.1:4577/call_log)\nexten => 9797${number},n,Dial(SIP/+${number}@none,,o)\nexten => 9797${number},n,Hangup()`;

let db: FreshDatabase;
let vicidial: Vicidial;
let before: Dump;

beforeAll(async () => {
  db = await freshDatabase({ schema: "1720" });
  before = withoutTraces(await db.dump());
  const security = readFileSync(join(__dirname, "../../SECURITY.md"), "utf8");
  const [, tight = ""] = /Tighter, table by table[^]*?```sql\n([^]*?)```/.exec(security) ?? [];
  const grants = tight.split("\n").filter((line) => line.startsWith("GRANT "));
  expect(grants.length).toBeGreaterThan(5);
  await db.query("CREATE USER ?@'%' IDENTIFIED BY ?", [account.user, account.password]);
  for (const grant of grants)
    await db.query(
      grant.replaceAll("asterisk.", `\`${db.database}\`.`).replace("'voicebridge'@'10.0.0.%'", `${account.user}@'%'`),
    );
  vicidial = await sessionOn({ ...db, ...account });
});
afterAll(async () => {
  await vicidial.close();
  await db.query("DROP USER ?@'%'", [account.user]);
  await db.drop();
});

test.each<[string, unknown, object, object]>([
  ["agent users", agentUsers, { userStart: "7000", lines: 3 }, { lines: 2, userGroup: "SALES" }],
  ["a remote agent", remoteAgent, { ...lines, serverIp: "10.20.30.11", userStart: "7000" }, { lines: 1, force: true }],
  ["remote agents", remoteAgents, { ...lines, userStart: "7100" }, { lines: 1, extension: "979719895551235" }],
  [
    "a carrier",
    carrier,
    { carrierId: "TIGHT", name: "Tight", dialplanEntry: dialplan("19895551234") },
    { dialplanEntry: dialplan("19895551235") },
  ],
  ["a campaign's routing", campaignRouting, { campaignId: "SIGMA1", campaignCid: "13038142839" }, { hopperLevel: 7 }],
  [
    "a settings container",
    settingsContainer,
    { containerId: "AMD_AGENT_OPT_SIGMA1", type: "AMD_AGENT_OPTIONS", notes: "AMD of SIGMA1", entry: "HUMAN,HUMAN" },
    { entry: "NOTSURE,TOOLONG" },
  ],
  ["a softphone", phone, { extension: "7001", serverIp: "10.20.30.11" }, { fullName: "Other name" }],
])("%s", async (_name, definition, args, changed) => {
  const users = new Engine(agentUsers, () => vicidial);
  if (definition === remoteAgent) await users.up({ userStart: "7000", lines: 2 });
  const engine = new Engine(definition, () => vicidial);
  await engine.up(args);
  await engine.up({ ...args, ...changed });
  await engine.refresh();
  expect(await engine.preview({ ...args, ...changed })).toEqual([]);
  await engine.destroy();
  await users.destroy();
  expect(differences(before, withoutTraces(await db.dump()))).toEqual([]);
});

test("and nothing more: it can delete no campaign", async () => {
  const work = vicidial.locked("test", (change) => change.delete("vicidial_campaigns", { campaign_id: "SOLAR" }));
  await expect(work).rejects.toThrow(/DELETE command denied/);
});
