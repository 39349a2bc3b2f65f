import { setTimeout as sleep } from "node:timers/promises";
import { drain, type DrainOptions } from "../../../providers/vicidial/dialler/drain";
import type { Vicidial } from "../../../providers/vicidial/session";
import { freshDatabase, type FreshDatabase, type Schema } from "../../kit/database";
import { sessionOn } from "../../kit/session";

jest.setTimeout(30_000);

const LINES = {
  serverIp: "10.20.30.11",
  block: { start: 5565, lines: 2 },
  campaignId: "SIGMA1",
  remoteAgentId: 1,
};

describe.each<Schema>(["1720", "1302"])("a drain while the campaign is calling people, schema %s", (schema) => {
  let db: FreshDatabase;
  let vicidial: Vicidial & { reports: string[] };

  const listed = () =>
    db.query("SELECT user, status, lead_id, outbound_autodial AS calls FROM vicidial_live_agents ORDER BY user");
  const call = (id: string, status = "SENT", age = 0) =>
    db.query(
      "INSERT INTO vicidial_auto_calls (server_ip, campaign_id, status, lead_id, callerid, call_time) VALUES ('10.20.30.12', 'SIGMA1', ?, 7, ?, NOW() - INTERVAL ? SECOND)",
      [status, id, age],
    );
  const draining = (options: Partial<DrainOptions> = {}) => {
    let over = false;
    const end = drain(vicidial, LINES, { timeoutSeconds: 20, waitForCalls: "yes", pollSeconds: 0.02, ...options });
    void end.then(
      () => (over = true),
      () => (over = true),
    );
    return { end, isOver: () => over };
  };
  const until = async (condition: () => Promise<boolean>) => {
    while (!(await condition())) await sleep(20);
  };

  beforeEach(async () => {
    db = await freshDatabase({ schema });
    vicidial = await sessionOn(db);
    await db.query("DELETE FROM vicidial_auto_calls");
    await db.query("DELETE FROM vicidial_live_agents");
    for (const user of ["5565", "5566"])
      await db.query(
        "INSERT INTO vicidial_live_agents SET user = ?, server_ip = '10.20.30.11', extension = CONCAT('R/', user), campaign_id = 'SIGMA1', status = 'READY', lead_id = 0, outbound_autodial = 'Y', random_id = 1, last_update_time = NOW() - INTERVAL 1 HOUR",
        [user],
      );
  });
  afterEach(async () => {
    await vicidial.close();
    await db.drop();
  });

  test("idle lines stay for those who are being called, fresh, and nobody new is called for them", async () => {
    await call("V1");
    const { end, isOver } = draining();
    await until(async () => (await listed()).every(({ calls }) => calls === "N"));
    const stale = () =>
      db.query("SELECT user FROM vicidial_live_agents WHERE last_update_time < NOW() - INTERVAL 5 SECOND");
    await until(async () => (await stale()).length === 0);
    await until(() => Promise.resolve(vicidial.reports.length > 0));
    expect(isOver()).toBe(false);
    expect(vicidial.reports).toEqual([
      "vicidial:RemoteAgent 10.20.30.11/5565: waiting for 1 call(s) that campaign SIGMA1 is placing to end, 0 s of 20 s",
    ]);
    // He answers, and one of the lines takes him.
    await db.query("UPDATE vicidial_live_agents SET status = 'QUEUE', lead_id = 7 WHERE user = '5565'");
    await db.query("UPDATE vicidial_auto_calls SET status = 'XFER'");
    await until(async () => (await listed()).length === 1);
    expect(await listed()).toMatchObject([{ user: "5565", status: "QUEUE", lead_id: 7 }]);
    expect(isOver()).toBe(false);
    await db.query("DELETE FROM vicidial_live_agents");
    await end;
  });

  test("calls that are placed later, for other lines of the campaign, keep nothing", async () => {
    await call("V1");
    const { end } = draining();
    await until(async () => (await listed()).every(({ calls }) => calls === "N"));
    await call("V2", "SENT", -5);
    await db.query("DELETE FROM vicidial_auto_calls WHERE callerid = 'V1'");
    await end;
    expect(await listed()).toEqual([]);
  });

  test.each([
    ["a call that has a line", "XFER", 0],
    ["a call that a dead dialler left", "SENT", 600],
  ])("%s keeps nothing", async (_, status, age) => {
    await call("V1", status, age);
    await draining().end;
    expect(await listed()).toEqual([]);
    expect(vicidial.reports).toEqual([]);
  });

  test("`force` waits for nobody; a pause for those who are being called", async () => {
    await call("V1");
    const { end } = draining({ waitForCalls: "no" });
    await until(async () => (await listed()).every(({ calls }) => calls === "N"));
    await draining({ waitForCalls: "forced" }).end;
    expect(await listed()).toEqual([]);
    await end;
  });

  test("`force` keeps no busy line that does not stay: it would come back as a ghost", async () => {
    await db.query("UPDATE vicidial_live_agents SET status = 'INCALL', lead_id = 7");
    await draining({ waitForCalls: "forced", staying: 1 }).end;
    expect(await listed()).toMatchObject([{ user: "5565", status: "INCALL" }]);
    await draining({ waitForCalls: "forced", staying: 0 }).end;
    expect(await listed()).toEqual([]);
  });

  test("a call that never ends: refused when the time is over", async () => {
    await call("V1", "LIVE");
    await expect(draining({ timeoutSeconds: 0 }).end).rejects.toThrow(
      /`drainTimeoutSeconds` 0: remote agent 5565-5566 of campaign SIGMA1 on 10\.20\.30\.11 still has 1 call\(s\) that campaign SIGMA1 is placing/,
    );
    expect(await listed()).toHaveLength(2);
  });
});
