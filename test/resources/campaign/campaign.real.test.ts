import { campaign } from "../../../providers/vicidial/resources/campaign/campaign";
import type { Vicidial } from "../../../providers/vicidial/session";
import { differences, type Dump, freshDatabase, type FreshDatabase, type Schema } from "../../kit/database";
import { Engine, sessionOn, withoutTraces } from "../../kit/session";

jest.setTimeout(30_000);

const ARGS = { campaignId: "NEWCAMP", name: "New campaign" };

describe.each<Schema>(["1720", "1302"])("a campaign, schema %s", (schema) => {
  let db: FreshDatabase;
  let vicidial: Vicidial & { reports: string[] };
  let engine: Engine;
  let before: Dump;

  const row = async () => (await db.query("SELECT * FROM vicidial_campaigns WHERE campaign_id = 'NEWCAMP'"))[0];
  const changed = async () => differences(before, withoutTraces(await db.dump()));
  const allowed = async () =>
    (await db.query("SELECT allowed_campaigns AS a FROM vicidial_user_groups WHERE user_group = 'SALES'"))[0]?.["a"];

  beforeEach(async () => {
    db = await freshDatabase({ schema });
    before = withoutTraces(await db.dump());
    vicidial = await sessionOn(db);
    engine = new Engine(campaign, () => vicidial);
  });
  afterEach(async () => {
    await vicidial.close();
    await db.drop();
  });

  test("is made as the admin page makes it", async () => {
    await engine.up(ARGS);
    expect(await row()).toMatchObject({
      ...{ campaign_name: "New campaign", active: "Y", dial_method: "MANUAL", auto_dial_level: "0", hopper_level: 1 },
      ...{ lead_order: "DOWN", dial_status_a: "NEW", list_order_mix: "DISABLED", campaign_stats_refresh: "Y" },
      ...{ local_call_time: "9am-9pm", web_form_address: "", start_call_url: "", allow_closers: "Y" },
    });
    expect((await row())?.["campaign_changedate"]).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    expect(await changed()).toHaveLength(3);
    await engine.destroy();
    expect(await changed()).toEqual([]);
  });

  test("goes with everything that the admin page deletes; its lists stay and are named", async () => {
    await engine.up(ARGS);
    await db.query(
      "INSERT INTO vicidial_hopper (lead_id, campaign_id, status, user, list_id, state) VALUES (1, 'NEWCAMP', 'READY', '', 101, '')",
    );
    await db.query(
      "INSERT INTO vicidial_pause_codes (pause_code, pause_code_name, campaign_id) VALUES ('LUNCH', 'Lunch', 'NEWCAMP')",
    );
    await db.query(
      "INSERT INTO vicidial_callbacks (lead_id, list_id, campaign_id, status) VALUES (1, 101, 'NEWCAMP', 'ACTIVE')",
    );
    await db.query(
      "INSERT INTO vicidial_lists (list_id, list_name, campaign_id, active) VALUES (9001, 'Orphan', 'NEWCAMP', 'Y')",
    );
    await engine.destroy();
    const left = await changed();
    // Schema 1302 has no archive of callbacks: there they go for good, as with the page.
    const archived = schema === "1720" ? ["+ vicidial_callbacks_archive"] : [];
    expect(left.map((line) => line.split(":")[0]).sort()).toEqual([...archived, "+ vicidial_lists"]);
    expect(vicidial.reports.join()).toMatch(/campaign NEWCAMP is deleted; its lists 9001 stay/);
  });

  test("opens itself to user groups that may not use every campaign, and closes again", async () => {
    await engine.up({ ...ARGS, allowedFor: ["SALES", "AGENTS"] });
    expect(await allowed()).toBe(" OLDCAMP SOLAR NEWCAMP -");
    await engine.up({ ...ARGS, allowedFor: [] });
    expect(await allowed()).toBe(" OLDCAMP SOLAR -");
    await engine.up({ ...ARGS, allowedFor: ["SALES"] });
    await db.query("UPDATE vicidial_user_groups SET allowed_campaigns = ' OLDCAMP SOLAR -' WHERE user_group = 'SALES'");
    await engine.refresh();
    expect(await engine.preview({ ...ARGS, allowedFor: ["SALES"] })).toEqual(["allowedFor"]);
    await engine.up({ ...ARGS, allowedFor: ["SALES"] });
    expect(await allowed()).toBe(" OLDCAMP SOLAR NEWCAMP -");
    await engine.up({ ...ARGS, allowedFor: [] });
    expect(await allowed()).toBe(" OLDCAMP SOLAR -");
    await engine.up({ ...ARGS, allowedFor: ["SALES"] });
    await engine.destroy();
    expect(await changed()).toEqual([]);
  });

  test("a campaign that was there is taken over, and left in place at the end", async () => {
    await db.query(
      "INSERT INTO vicidial_campaigns (campaign_id, campaign_name, active) VALUES ('NEWCAMP', 'By hand', 'N')",
    );
    await expect(engine.up(ARGS)).rejects.toThrow("take it over with `adopt: true`");
    await engine.up({ ...ARGS, adopt: true, allowedFor: ["SALES"] });
    expect(await row()).toMatchObject({ campaign_name: "New campaign" });
    expect(await allowed()).toBe(" OLDCAMP SOLAR NEWCAMP -");
    await engine.destroy();
    expect(await row()).toMatchObject({ campaign_name: "New campaign" });
    expect(await allowed()).toBe(" OLDCAMP SOLAR -");
    expect(vicidial.reports.join()).toContain("was there before this stack and is left as it is");
  });

  test("what is not declared is not looked at", async () => {
    await engine.up(ARGS);
    await db.query(
      "UPDATE vicidial_campaigns SET dial_timeout = 33, local_call_time = '24hours' WHERE campaign_id = 'NEWCAMP'",
    );
    await engine.refresh();
    expect(await engine.preview(ARGS)).toEqual([]);
    await engine.up({ ...ARGS, name: "Another name" });
    expect(await row()).toMatchObject({ campaign_name: "Another name", dial_timeout: 33, local_call_time: "24hours" });
  });

  test("what a campaign deleted by hand left behind is taken up again", async () => {
    await engine.up({ ...ARGS, allowedFor: ["SALES"] });
    await db.query("DELETE FROM vicidial_campaigns WHERE campaign_id = 'NEWCAMP'");
    await engine.refresh();
    expect(engine.kept).toBeUndefined();
    await engine.up({ ...ARGS, allowedFor: ["SALES"] });
    await engine.destroy();
    expect(await changed()).toEqual([]);
  });

  test("a companion row that is missing comes back with the next change", async () => {
    await engine.up(ARGS);
    await db.query("DELETE FROM vicidial_campaign_stats WHERE campaign_id = 'NEWCAMP'");
    await engine.up({ ...ARGS, name: "Another name" });
    expect(await db.query("SELECT * FROM vicidial_campaign_stats WHERE campaign_id = 'NEWCAMP'")).toHaveLength(1);
  });

  test("a column that this schema lacks is refused by name, and nothing is written", async () => {
    const made = engine.up({ ...ARGS, userGroup: "SALES" });
    if (schema === "1302") await expect(made).rejects.toThrow(/no column user_group .*schema 1302/);
    else await made;
    if (schema === "1302") expect(await changed()).toEqual([]);
  });
});
