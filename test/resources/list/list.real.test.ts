import { list } from "../../../providers/vicidial/resources/list/list";
import { resetList } from "../../../providers/vicidial/resources/list/reset";
import type { Vicidial } from "../../../providers/vicidial/session";
import { type Args, acceptance } from "../../kit/acceptance";
import { differences, type Dump, type FreshDatabase, freshDatabase, type Schema } from "../../kit/database";
import { Engine, sessionOn } from "../../kit/session";

/** What every change leaves behind: the audit trail. */
const trail = /^\+ vicidial_admin_log: /;
const withoutTrail = (before: Dump, after: Dump) => differences(before, after).filter((line) => !trail.test(line));

describe.each<Schema>(["1720", "1302"])("a list, schema %s", (schema) => {
  let db: FreshDatabase;
  let vicidial: Vicidial & { reports: string[] };
  let engine: Engine;
  const base = {
    listId: "5001",
    name: "Bridge test",
    campaignId: "SIGMA1",
    leads: [
      { phoneNumber: "3035500914", firstName: "Maria", lastName: "O'Brien", city: "Denver", state: "CO" },
      { vendorLeadCode: "V-2", phoneNumber: "9999999999", gmtOffset: 5.5, comments: "two words", rank: 3 },
    ],
  };
  const row = async (id = "5001") => (await db.query("SELECT * FROM vicidial_lists WHERE list_id = ?", [id]))[0];
  const leads = (id = "5001") => db.query("SELECT * FROM vicidial_list WHERE list_id = ? ORDER BY lead_id", [id]);
  const log = () => db.query("SELECT * FROM vicidial_admin_log WHERE user = 'voicebridge' ORDER BY admin_log_id");

  beforeEach(async () => {
    db = await freshDatabase({ schema });
    vicidial = await sessionOn(db);
    engine = new Engine(list, () => vicidial);
  });
  afterEach(async () => {
    await vicidial.close();
    await db.drop();
  });

  test("is created with its leads, logged as the admin page logs it, and destroyed without a trace in other rows", async () => {
    const before = await db.dump();
    await engine.up(base);
    expect(await row()).toMatchObject({
      list_name: "Bridge test",
      campaign_id: "SIGMA1",
      active: "Y",
      list_description: "",
    });
    const [first, second] = await leads();
    expect(first).toMatchObject({
      ...{ phone_code: "1", phone_number: "3035500914", first_name: "Maria", last_name: "O'Brien", state: "CO" },
      ...{ status: "NEW", called_since_last_reset: "N", user: "", called_count: 0 },
    });
    expect([-7, -6]).toContain(Number(first?.gmt_offset_now));
    expect(second).toMatchObject({ vendor_lead_code: "V-2", comments: "two words", rank: 3 });
    expect(Number(second?.gmt_offset_now)).toBe(5.5);
    expect(await log()).toMatchObject([
      { event_section: "LISTS", event_type: "ADD", record_id: "5001", event_code: "ADMIN ADD LIST" },
      { event_section: "LEADS", event_type: "ADD", record_id: "3035500914" },
      { event_section: "LEADS", event_type: "ADD", record_id: "V-2" },
    ]);
    expect(await engine.preview(base)).toEqual([]);
    await engine.refresh();
    expect(await engine.preview(base)).toEqual([]);
    await engine.destroy();
    expect(withoutTrail(before, await db.dump())).toEqual([]);
  });

  test("changes, adds and removes single leads, and keeps their history", async () => {
    await engine.up(base);
    const [first] = await leads();
    await db.query("UPDATE vicidial_list SET status = 'XFER', called_count = 4 WHERE lead_id = ?", [first?.lead_id]);
    await engine.refresh();
    expect(await engine.preview(base)).toEqual([]);
    const wanted = {
      ...base,
      leads: [
        { phoneNumber: "2125550123", firstName: "Nina" },
        { ...base.leads[0], firstName: "Mary", city: undefined },
      ],
    };
    await engine.up(wanted);
    expect(await leads()).toMatchObject([
      {
        lead_id: first?.lead_id,
        first_name: "Mary",
        city: null,
        last_name: "O'Brien",
        status: "XFER",
        called_count: 4,
      },
      { phone_number: "2125550123", first_name: "Nina", status: "NEW" },
    ]);
    await engine.refresh();
    expect(await engine.preview(wanted)).toEqual([]);
  });

  test("a status is written when its declaration changes, not when the dialler changed it", async () => {
    await engine.up(base);
    await db.query("UPDATE vicidial_list SET status = 'DROP' WHERE list_id = 5001");
    await engine.refresh();
    await engine.up({ ...base, name: "Another name" });
    expect((await leads()).map(({ status }) => status)).toEqual(["DROP", "DROP"]);
    await engine.up({ ...base, leads: [{ ...base.leads[0], status: "CALLBK" }, base.leads[1]] });
    expect((await leads()).map(({ status }) => status)).toEqual(["CALLBK", "DROP"]);
  });

  test("a lead that moves gets the time zone of its new place", async () => {
    await engine.up(base);
    await engine.up({
      ...base,
      leads: [{ ...base.leads[0], phoneNumber: "8085550100", vendorLeadCode: "M" }, base.leads[1]],
    });
    const moved = (await leads()).find(({ vendor_lead_code }) => vendor_lead_code === "M");
    expect(Number(moved?.gmt_offset_now)).toBe(-10);
    await engine.up({
      ...base,
      leads: [{ ...base.leads[0], phoneNumber: "4805550100", state: "AZ", vendorLeadCode: "M" }, base.leads[1]],
    });
    const again = (await leads()).find(({ vendor_lead_code }) => vendor_lead_code === "M");
    expect({ id: again?.lead_id, offset: Number(again?.gmt_offset_now) }).toEqual({ id: moved?.lead_id, offset: -7 });
  });

  test("a changed vendor code in the database is drift of the same lead, and is repaired", async () => {
    await engine.up(base);
    const [, second] = await leads();
    await db.query("UPDATE vicidial_list SET vendor_lead_code = 'OTHER' WHERE lead_id = ?", [second?.lead_id]);
    await engine.refresh();
    expect(await engine.preview(base)).toEqual(["leads"]);
    await engine.up(base);
    expect((await leads())[1]).toMatchObject({ lead_id: second?.lead_id, vendor_lead_code: "V-2" });
  });

  test("a lead that somebody deleted or moved away comes back; the moved one stays where it is", async () => {
    await engine.up(base);
    const [first, second] = await leads();
    await db.query("DELETE FROM vicidial_list WHERE lead_id = ?", [first?.lead_id]);
    await db.query("UPDATE vicidial_list SET list_id = 102 WHERE lead_id = ?", [second?.lead_id]);
    await engine.refresh();
    expect(await engine.preview(base)).toEqual(["leads"]);
    await engine.up(base);
    expect((await leads()).map(({ phone_number }) => phone_number)).toEqual(["3035500914", "9999999999"]);
    await engine.destroy();
    expect(await db.query("SELECT list_id FROM vicidial_list WHERE lead_id = ?", [second?.lead_id])).toEqual([
      { list_id: 102 },
    ]);
  });

  test("another campaign: leads leave the old one's hopper, and nobody else's do", async () => {
    await engine.up(base);
    const [first] = await leads();
    await db.query(
      "INSERT INTO vicidial_hopper (lead_id, campaign_id, list_id) VALUES (?, 'SIGMA1', 5001), (7, 'SIGMA1', 1001), (8, 'SIGMA2', 5001)",
      [first?.lead_id],
    );
    await engine.up({ ...base, campaignId: "SIGMA2" });
    const hopper = await db.query(
      "SELECT lead_id, campaign_id FROM vicidial_hopper WHERE list_id IN (1001, 5001) ORDER BY lead_id",
    );
    expect(hopper).toEqual([
      { lead_id: 7, campaign_id: "SIGMA1" },
      { lead_id: 8, campaign_id: "SIGMA2" },
    ]);
  });

  test("a reset lets every lead be called again, others' too, and nothing more", async () => {
    await engine.up({ ...base, resetTrigger: "1" });
    await db.query(
      "INSERT INTO vicidial_list (list_id, phone_number, status, called_since_last_reset) VALUES (5001, '7275551212', 'NA', 'Y3')",
    );
    await db.query(
      "UPDATE vicidial_list SET called_since_last_reset = 'Y', status = 'AB' WHERE list_id = 5001 AND phone_number = '3035500914'",
    );
    await engine.up({ ...base, resetTrigger: "1", name: "No reset" });
    expect((await leads()).map((lead) => lead.called_since_last_reset)).toEqual(["Y", "N", "Y3"]);
    await engine.up({ ...base, resetTrigger: "2", name: "No reset" });
    expect((await leads()).map((lead) => [lead.called_since_last_reset, lead.status])).toEqual([
      ["N", "AB"],
      ["N", "NEW"],
      ["N", "NA"],
    ]);
    expect(vicidial.reports).toEqual(["list 5001: 2 leads may be called again."]);
    expect((await log()).at(-1)).toMatchObject({
      event_type: "RESET",
      event_code: "ADMIN RESET LIST",
      record_id: "5001",
    });
    if (schema === "1720") expect(await row()).toMatchObject({ resets_today: 1 });
  });

  test("a reset that is taken back leaves every lead as it was, but for those that were called meanwhile", async () => {
    await engine.up(base);
    await db.query(
      "INSERT INTO vicidial_list (list_id, phone_number, called_since_last_reset) VALUES (5001, '7275551212', 'Y3'), (5001, '7275551213', 'Y'), (5001, '7275551214', 'Y')",
    );
    const broken = vicidial.locked("reset", async (change) => {
      expect(await resetList(change, "5001", { trigger: "a", count: 1 })).toBe(3);
      await db.query("UPDATE vicidial_list SET called_since_last_reset = 'Y1' WHERE phone_number = '7275551213'");
      throw new Error("a later step fails");
    });
    await expect(broken).rejects.toThrow("a later step fails");
    expect((await leads()).map((lead) => lead.called_since_last_reset)).toEqual(["N", "N", "Y3", "Y1", "Y"]);
    if (schema === "1720") expect(await row()).toMatchObject({ resets_today: 0 });
  });

  test("destroy keeps a list into which others put leads, and says which", async () => {
    await engine.up(base);
    await db.query("INSERT INTO vicidial_list (list_id, phone_number, status) VALUES (5001, '7275551212', 'NEW')");
    const [stranger] = await db.query("SELECT lead_id AS id FROM vicidial_list WHERE phone_number = '7275551212'");
    await engine.destroy();
    expect(await row()).toBeDefined();
    expect(await leads()).toMatchObject([{ phone_number: "7275551212" }]);
    expect(vicidial.reports.join()).toBe(
      `list 5001 stays: others put 1 leads into it (lead_id ${String(stranger?.id)}); delete it in Admin → Lists when they are not needed.`,
    );
  });

  test("an adopted list and its leads survive destroy; what came with the stack goes", async () => {
    const adopting = {
      ...{
        listId: "101",
        name: "Renewals A",
        campaignId: "OLDCAMP",
        description: "October batch",
        resetTime: "0900-1300",
        adopt: true,
      },
      leads: [{ vendorLeadCode: "REN-1", phoneNumber: "2125550123", firstName: "Iwan" }, { phoneNumber: "3035500914" }],
    };
    const before = await leads("101");
    await engine.up(adopting);
    expect(vicidial.reports).toEqual(["list 101: adopted as it is"]);
    expect(await leads("101")).toHaveLength(before.length + 1);
    expect((await leads("101"))[0]).toMatchObject({ lead_id: before[0]?.lead_id, first_name: "Iwan", status: "NEW" });
    await engine.destroy();
    expect(await leads("101")).toHaveLength(before.length);
    expect(await row("101")).toBeDefined();
  });

  test("an update on stale knowledge is refused with who changed what; after a refresh it repairs", async () => {
    await engine.up(base);
    await db.query(
      "UPDATE vicidial_list SET first_name = 'Theirs' WHERE phone_number = '3035500914' AND list_id = 5001",
    );
    const wanted = { ...base, leads: [{ ...base.leads[0], firstName: "Ours" }, base.leads[1]] };
    await expect(engine.up(wanted)).rejects.toThrow(/vicidial_list.*first_name.*Theirs/s);
    await engine.refresh();
    await engine.up(wanted);
    expect((await leads())[0]).toMatchObject({ first_name: "Ours" });
  });

  const bad: [string, object, RegExp][] = [
    ["an id that is taken", { listId: "101" }, /`listId` "101": there is a list with this id already .*adopt: true/],
    ["a campaign that does not exist", { campaignId: "NOSUCH" }, /`campaignId` "NOSUCH": there is no such campaign/],
    [
      "a call time that does not exist",
      { localCallTime: "never" },
      /`localCallTime` "never": there is no such call time/,
    ],
    [
      "a number in no known place",
      { leads: [{ phoneNumber: "9999999999" }, { phoneNumber: "3035500914", phoneCode: "" }] },
      /`leads\[0\].gmtOffset`: the time zone of lead 9999999999 is not known \(vicidial_phone_codes has no area code 999 .*\n`leads\[1\].gmtOffset`: .*has no phone code/,
    ],
    ["two leads that are one", { leads: [base.leads[0], base.leads[0]] }, /is the same lead as leads\[0\]/],
    [
      "a character that the tables cannot hold",
      { leads: [{ ...base.leads[0], comments: "\u{1F600}" }] },
      /character set/,
    ],
  ];
  test.each(bad)("refuses %s and writes nothing", async (_name, fields, message) => {
    const before = await db.dump();
    await expect(engine.up({ ...base, ...fields })).rejects.toThrow(message);
    expect(differences(before, await db.dump())).toEqual([]);
  });

  test("refuses an id under which leads lie without a list", async () => {
    await db.query("INSERT INTO vicidial_list (list_id, phone_number, status) VALUES (5001, '7275551212', 'NEW')");
    await expect(engine.up(base)).rejects.toThrow(
      /`listId` "5001": vicidial_list has 1 leads with this list id although there is no such list/,
    );
  });

  test("refuses a lead that others have in the list, since it would be called twice", async () => {
    await engine.up(base);
    await db.query(
      "INSERT INTO vicidial_list (list_id, phone_number, status, first_name) VALUES (5001, '2125550188', 'NEW', 'Theirs')",
    );
    const before = await db.dump();
    await expect(
      engine.up({ ...base, leads: [...base.leads, { phoneNumber: "2125550188", firstName: "Ours" }] }),
    ).rejects.toThrow(/`leads\[2\].phoneNumber` "2125550188": list 5001 has this lead already/);
    expect(differences(before, await db.dump())).toEqual([]);
  });

  test("fields that this schema lacks are refused by name", async () => {
    const attempt = engine.up({ ...base, dialPrefix: "9797", dailyResetLimit: 2, expirationDate: "2030-01-01" });
    if (schema === "1302") await expect(attempt).rejects.toThrow(/no column expiration_date .*schema 1302/);
    else {
      await attempt;
      expect(await row()).toMatchObject({ dial_prefix: "9797", daily_reset_limit: 2, expiration_date: "2030-01-01" });
      await engine.up(base);
      expect(await row()).toMatchObject({ dial_prefix: "", daily_reset_limit: -1, expiration_date: "2099-12-31" });
    }
  });

  if (schema === "1720")
    test("honours the daily limit of resets", async () => {
      await engine.up({ ...base, dailyResetLimit: 1 });
      await engine.up({ ...base, dailyResetLimit: 1, resetTrigger: "a" });
      const before = await db.dump();
      await expect(engine.up({ ...base, dailyResetLimit: 1, resetTrigger: "b", name: "Not written" })).rejects.toThrow(
        /`resetTrigger` "b": list 5001 was reset 1 times today and its limit is 1/,
      );
      expect(differences(before, await db.dump())).toEqual([]);
      await engine.up({ ...base, dailyResetLimit: 2, resetTrigger: "b" });
      expect(await row()).toMatchObject({ resets_today: 2 });
    });

  test("a list deleted by hand is found gone; its destroy succeeds", async () => {
    await engine.up(base);
    await db.query("DELETE FROM vicidial_list WHERE list_id = 5001");
    await db.query("DELETE FROM vicidial_lists WHERE list_id = 5001");
    await engine.destroy();
    await engine.up(base);
    await db.query("DELETE FROM vicidial_list WHERE list_id = 5001");
    await db.query("DELETE FROM vicidial_lists WHERE list_id = 5001");
    await engine.refresh();
    expect(engine.kept).toBeUndefined();
  });
});

acceptance("VicidialList", async () => {
  const db = await freshDatabase({ schema: "1720" });
  const id = (args: Args) => String(args.listId);
  const set = (assignment: string) => async (args: Args) => {
    await db.query(`UPDATE vicidial_lists SET ${assignment} WHERE list_id = ?`, [id(args)]);
  };
  const setLead = (assignment: string) => async (args: Args) => {
    await db.query(`UPDATE vicidial_list SET ${assignment} WHERE list_id = ? AND vendor_lead_code = 'A-1'`, [id(args)]);
  };
  const remove = async (args: Args) => {
    await db.query("DELETE FROM vicidial_list WHERE list_id = ?", [id(args)]);
    await db.query("DELETE FROM vicidial_lists WHERE list_id = ?", [id(args)]);
  };
  const lead = { vendorLeadCode: "A-1", phoneNumber: "3035500914", phoneCode: "1", firstName: "Maria", gmtOffset: -7 };
  return {
    class: "VicidialList",
    env: db.env,
    base: (i) => ({
      listId: String(6000 + i),
      name: `List ${i}`,
      campaignId: "SIGMA1",
      active: true,
      description: "made by a test",
      resetTime: "0900",
      callerId: "3035550100",
      answeringMachineMessage: "vm-goodbye",
      localCallTime: "24hours",
      expirationDate: "2030-12-31",
      dialPrefix: "9797",
      dailyResetLimit: 5,
      leads: [lead],
      resetTrigger: "1",
    }),
    changes: [
      { field: "name", to: "Other name" },
      { field: "campaignId", to: "SIGMA2" },
      { field: "active", to: false },
      { field: "description", to: "changed" },
      { field: "resetTime", to: "1000-1400" },
      { field: "callerId", to: "3035550101" },
      { field: "answeringMachineMessage", to: "vm-other" },
      { field: "localCallTime", to: "9am-9pm" },
      { field: "expirationDate", to: "2031-01-01" },
      { field: "dialPrefix", to: "8787" },
      { field: "dailyResetLimit", to: 6 },
      { field: "leads", to: [{ ...lead, firstName: "Mary" }, { phoneNumber: "2125550123" }] },
      { field: "resetTrigger", to: "2" },
      { field: "listId", to: (i: number) => String(7000 + i), replaces: true },
      { field: "adopt", to: true },
    ],
    columns: [
      { property: "name", change: set("list_name = 'Theirs'") },
      { property: "campaignId", change: set("campaign_id = 'SOLAR'") },
      { property: "active", change: set("active = IF(active = 'Y', 'N', 'Y')") },
      { property: "description", change: set("list_description = 'theirs'") },
      { property: "resetTime", change: set("reset_time = '1111'") },
      { property: "callerId", change: set("campaign_cid_override = '3035559999'") },
      { property: "answeringMachineMessage", change: set("am_message_exten_override = 'theirs'") },
      { property: "localCallTime", change: set("local_call_time = 'campaign'") },
      { property: "expirationDate", change: set("expiration_date = '2040-01-01'") },
      { property: "dialPrefix", change: set("dial_prefix = '1'") },
      { property: "dailyResetLimit", change: set("daily_reset_limit = 9") },
      { property: "leads", change: setLead("first_name = 'Theirs'") },
      { property: "leads", change: setLead("gmt_offset_now = -1") },
    ],
    conflict: { change: set("list_name = 'Once more'"), message: /list_name/ },
    stored: async (args) => {
      const [row] = await db.query("SELECT * FROM vicidial_lists WHERE list_id = ?", [id(args)]);
      if (row === undefined) return undefined;
      const rows = await db.query("SELECT * FROM vicidial_list WHERE list_id = ? ORDER BY lead_id", [id(args)]);
      return {
        name: row.list_name,
        campaignId: row.campaign_id,
        active: row.active === "Y",
        description: row.list_description,
        resetTime: row.reset_time,
        callerId: row.campaign_cid_override,
        answeringMachineMessage: row.am_message_exten_override,
        localCallTime: row.local_call_time,
        expirationDate: row.expiration_date,
        dialPrefix: row.dial_prefix,
        dailyResetLimit: row.daily_reset_limit,
        leads: rows.map((one) => ({
          ...(one.vendor_lead_code
            ? { vendorLeadCode: one.vendor_lead_code, gmtOffset: Number(one.gmt_offset_now) }
            : {}),
          ...(one.first_name === null ? {} : { firstName: one.first_name }),
          phoneNumber: one.phone_number,
          phoneCode: one.phone_code,
          status: one.status,
        })),
      };
    },
    deleteByHand: remove,
    adopt: {
      makeByHand: async (args) => {
        await db.query(
          "INSERT INTO vicidial_lists (list_id, list_name, campaign_id, active) VALUES (?, 'By hand', 'SOLAR', 'N')",
          [id(args)],
        );
        await db.query(
          "INSERT INTO vicidial_list (list_id, phone_number, vendor_lead_code, status) VALUES (?, '3035500914', 'A-1', 'NEW')",
          [id(args)],
        );
      },
      refusal: /`listId` "\d+": there is a list with this id already/,
      removeByHand: remove,
    },
    badInputs: [
      { args: { listId: "99" }, message: "must be 3 to 14 digits" },
      { args: { name: "x".repeat(31) }, message: "must be 2 to 30 characters" },
      { args: { campaignId: "NOSUCH" }, message: '`campaignId` "NOSUCH": there is no such campaign' },
      { args: { leads: [{ phoneNumber: "9999999999" }] }, message: "the time zone of lead 9999999999 is not known" },
      { args: { leads: [{ phoneNumber: "303" }] }, message: "leads[0].phoneNumber" },
      { args: { localCallTime: "never" }, message: "there is no such call time" },
      { args: { listId: "102" }, message: "there is a list with this id already" },
    ],
    unknown: ["listId", "name", "campaignId", "leads", "resetTrigger"],
    secrets: [db.password],
    dump: () => db.dump(),
    leaves: [trail],
    close: () => db.drop(),
  };
});
