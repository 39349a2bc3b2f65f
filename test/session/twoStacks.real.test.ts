import { setTimeout as sleep } from "node:timers/promises";

import { createConnection } from "mysql2/promise";
import { differences, type Dump, freshDatabase, type FreshDatabase, serverVariable } from "../kit/database";
import type { DatabaseServer } from "../kit/databaseServer";
import { type Declared, TestStack } from "../kit/stack";
import { withoutTraces } from "../kit/session";

jest.setTimeout(180_000);

/** Two operators, each with a stack of his own, run the real CLI against one database. */
describe("two stacks on one database", () => {
  let db: FreshDatabase;
  let before: Dump;
  let stacks: TestStack[];

  const start = async (config: Record<string, string> = {}) => {
    const env = { ...db.env, VICIDIAL_DRAIN_LOOP_SECONDS: "0" };
    const stack = await TestStack.create({ env, config });
    stacks.push(stack);
    return stack;
  };
  /** A block of users, their remote agent, a carrier and a campaign's routing. */
  const bridge = (
    userStart: number,
    campaignId: string,
    more: { lines?: number; carrierId?: string } = {},
  ): Declared[] => {
    const { lines = 4, carrierId = `AI${userStart}` } = more;
    const extension = `9797${19895550000 + userStart}`;
    const dialplanEntry = `exten => ${extension},1,AGI(agi://127.0.0.1:4577/call_log)\nexten => ${extension},n,Dial(SIP/\${EXTEN:4}@none,,o)\nexten => ${extension},n,Hangup()`;
    return [
      { class: "VicidialAgentUsers", name: "users", args: { userStart, lines } },
      {
        ...{ class: "VicidialRemoteAgent", name: "agent", dependsOn: ["users"] },
        args: { serverIp: "10.20.30.11", userStart, lines, extension, campaignId },
      },
      { class: "VicidialCarrier", name: "carrier", args: { carrierId, name: `AI ${userStart}`, dialplanEntry } },
      { class: "VicidialCampaignRouting", name: "routing", args: { campaignId, campaignCid: "13038142839" } },
    ];
  };
  const ours = () =>
    db.query("SELECT record_id, event_notes FROM vicidial_admin_log WHERE user = 'voicebridge' ORDER BY admin_log_id");
  const left = async () => differences(before, withoutTraces(await db.dump()));

  beforeEach(async () => {
    db = await freshDatabase({ schema: "1720" });
    before = withoutTraces(await db.dump());
    stacks = [];
  });
  afterEach(async () => {
    for (const stack of stacks) await stack.remove();
    await db.drop();
  });

  test("at once, with different bridges: both succeed, and no work of one is in the middle of the other's", async () => {
    const [one, two] = [await start(), await start()];
    one.declare(bridge(7100, "SIGMA1", { lines: 10 }));
    two.declare(bridge(7200, "SIGMA2", { lines: 10 }));
    await Promise.all([one.up(), two.up()]);
    await Promise.all([one.expectNoChanges(), two.expectNoChanges()]);
    expect(
      await db.query(
        "SELECT user_start, number_of_lines, campaign_id FROM vicidial_remote_agents WHERE user_start LIKE '7_00' ORDER BY user_start",
      ),
    ).toEqual([
      { user_start: "7100", number_of_lines: 10, campaign_id: "SIGMA1" },
      { user_start: "7200", number_of_lines: 10, campaign_id: "SIGMA2" },
    ]);
    const works = (await ours()).map(({ event_notes }) => String(event_notes));
    const runs = works.filter((work, n) => work !== works[n - 1]);
    expect(runs).toHaveLength(new Set(works).size);
    expect(runs).toHaveLength(8);
    await Promise.all([one.destroy(), two.destroy()]);
    expect(await left()).toEqual([]);
  });

  test("at once, with the same bridge: one has it whole, the other nothing, and says why", async () => {
    const [one, two] = [await start(), await start()];
    one.declare(bridge(7100, "SIGMA1", { carrierId: "AI" }).slice(0, 3));
    two.declare(bridge(7102, "SIGMA2", { carrierId: "AI" }).slice(0, 3));
    const results = await Promise.all([
      one.up({ mayFail: true }, "--continue-on-error"),
      two.up({ mayFail: true }, "--continue-on-error"),
    ]);
    const text = results.map((result) => result.text).join("\n");
    expect(text).toMatch(
      /users 710[02]-710[35] are not free, vicidial_users has 710\d "AI agent \d".*, written by stack acceptance\/test on \d/,
    );
    expect(text).toMatch(/`carrierId` "AI": a carrier with this id exists .*, written by stack acceptance\/test on \d/);
    const users = await db.query("SELECT user FROM vicidial_users WHERE user LIKE '710_' ORDER BY user");
    expect(users).toHaveLength(4);
    expect(await db.query("SELECT user_start FROM vicidial_remote_agents WHERE user_start LIKE '710_'")).toEqual([
      { user_start: users[0]?.["user"] },
    ]);
    for (const stack of [one, two]) await stack.destroy();
    expect(await left()).toEqual([]);
  });

  test("one after the other, with the same campaign: the second is told whose it is, until that one is destroyed", async () => {
    const [one, two] = [await start(), await start()];
    one.declare(bridge(7100, "SIGMA1"));
    await one.up();
    const lines = { userStart: 7200, extension: "979719895557200", campaignId: "SIGMA1", status: "INACTIVE" };
    two.declare([{ class: "VicidialRemoteAgents", name: "lines", args: lines }]);
    const was = withoutTraces(await db.dump());
    const refused = await two.up({ mayFail: true });
    expect(refused.text).toMatch(
      /`campaignId` "SIGMA1": another bridge has this campaign: remote agent 7100-7103 on 10\.20\.30\.11 takes its calls to 979719895557100 of carrier AI7100 \("voicebridge:"\), written by stack acceptance\/test on \d{4}-\S+ \S+\. Choose another campaign, or destroy that bridge first .* declare `adopt: true`/,
    );
    expect(differences(was, withoutTraces(await db.dump()))).toEqual([]);

    // A destroy that got half-way leaves the claim, one that got to its end leaves none.
    const { resources = [] } = await one.exportState();
    const routing = resources.find(({ urn }) => urn.endsWith("::routing"))?.urn ?? "";
    await one.run(["destroy", "--yes", "--skip-preview", "--target", routing]);
    expect((await two.up({ mayFail: true })).text).toContain("another bridge has this campaign");
    await one.destroy();
    await two.up();
    await two.destroy();
    expect(await left()).toEqual([]);
  });

  test("one has to wait: it fails in time, says who holds the lock and what for, and has written nothing", async () => {
    const holder = await start();
    const waiter = await start({ "vicidial:lockTimeoutSeconds": "3" });
    holder.declare(bridge(7100, "SIGMA1").slice(0, 1));
    waiter.declare(bridge(7200, "SIGMA2").slice(0, 1));
    const { adminUser: user, adminPassword: password } = JSON.parse(
      process.env[serverVariable] ?? "",
    ) as DatabaseServer;
    const backup = await createConnection({ host: db.host, port: db.port, user, password, database: db.database });
    await backup.query("LOCK TABLES vicidial_users READ");

    const slow = holder.up();
    const blocked = async () =>
      (
        await db.query(
          "SELECT ID AS id FROM information_schema.PROCESSLIST WHERE DB = ? AND STATE LIKE 'Waiting for table%'",
          [db.database],
        )
      )[0]?.["id"];
    while ((await blocked()) === undefined) await sleep(100);
    const id = String(await blocked());
    const refused = await waiter.up({ mayFail: true });
    await backup.end();
    await slow;

    expect(refused.code).not.toBe(0);
    expect(refused.text).toMatch(
      new RegExp(
        `\`voicebridge:${db.database}\`: this lock is held by connection ${id}, ${db.user}@\\S+ \\(Query for \\d+ s\\), doing "voicebridge stack acceptance/test on \\S+ pid \\d+: agent users 7100-7103", and has been for the last \\d s, so "agent users 7200-7203" has changed nothing`,
      ),
    );
    expect(refused.text).toMatch(/waiting for lock voicebridge:\S+ \(\d s of 3 s\), held by connection/);
    expect((await left()).map((line) => line.slice(0, 40))).toHaveLength(4);
    await waiter.up();
    await Promise.all([holder.destroy(), waiter.destroy()]);
    expect(await left()).toEqual([]);
  });
});
