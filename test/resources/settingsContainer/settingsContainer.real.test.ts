import type { Vicidial } from "../../../providers/vicidial/session";
import { settingsContainer } from "../../../providers/vicidial/resources/settingsContainer/settingsContainer";
import { differences, type Dump, freshDatabase, type FreshDatabase } from "../../kit/database";
import { Engine, sessionOn, withoutTraces } from "../../kit/session";

jest.setTimeout(30_000);

const ARGS = {
  containerId: "AMD_AGENT_OPT_SIGMA1",
  type: "AMD_AGENT_OPTIONS",
  notes: "AMD agent options for SIGMA1 campaign",
  entry: "HUMAN,HUMAN",
};

describe("a settings container", () => {
  let db: FreshDatabase;
  let vicidial: Vicidial & { reports: string[] };
  let engine: Engine;
  let before: Dump;

  const row = async (id = ARGS.containerId) =>
    (await db.query("SELECT * FROM vicidial_settings_containers WHERE container_id = ?", [id]))[0];
  const changed = async () => differences(before, withoutTraces(await db.dump()));

  beforeEach(async () => {
    db = await freshDatabase({ schema: "1720" });
    before = withoutTraces(await db.dump());
    vicidial = await sessionOn(db);
    engine = new Engine(settingsContainer, () => vicidial);
  });
  afterEach(async () => {
    await vicidial.close();
    await db.drop();
  });

  test("comes, changes and goes", async () => {
    await engine.up(ARGS);
    expect(await row()).toMatchObject({
      container_type: "AMD_AGENT_OPTIONS",
      container_entry: "HUMAN,HUMAN",
      user_group: "---ALL---",
    });
    await engine.up({ ...ARGS, entry: "HUMAN,HUMAN\nNOTSURE,TOOLONG" });
    expect(await row()).toMatchObject({ container_entry: "HUMAN,HUMAN\nNOTSURE,TOOLONG" });
    await engine.destroy();
    expect(await changed()).toEqual([]);
    const log = await db.query(
      "SELECT event_section, event_type, event_code FROM vicidial_admin_log WHERE user = 'voicebridge' ORDER BY admin_log_id",
    );
    expect(log.map((line) => Object.values(line).join(" "))).toEqual([
      "CONTAINERS ADD ADMIN ADD CONTAINER",
      "CONTAINERS MODIFY ADMIN MODIFY CONTAINER",
      "CONTAINERS DELETE ADMIN DELETE CONTAINER",
    ]);
  });

  test("somebody's change shows and is repaired; line ends of a human save are no change", async () => {
    const lines = { ...ARGS, entry: "HUMAN,HUMAN\nNOTSURE,TOOLONG" };
    await engine.up(lines);
    await db.query(
      "UPDATE vicidial_settings_containers SET container_entry = 'HUMAN,HUMAN\r\nNOTSURE,TOOLONG\r\n' WHERE container_id = ?",
      [ARGS.containerId],
    );
    await engine.refresh();
    expect(await engine.preview(lines)).toEqual([]);
    await db.query(
      "UPDATE vicidial_settings_containers SET container_entry = 'NOTSURE,TOOLONG' WHERE container_id = ?",
      [ARGS.containerId],
    );
    await engine.refresh();
    expect(await engine.preview(lines)).toEqual(["entry"]);
    await engine.up(lines);
    expect(await row()).toMatchObject({ container_entry: "HUMAN,HUMAN\nNOTSURE,TOOLONG" });
  });

  test("one that is there is taken over on request only, and gets its old text back", async () => {
    const theirs = { ...ARGS, containerId: "AMD_AGENT_OPT_SOLAR" };
    await expect(engine.up(theirs)).rejects.toThrow(
      '`containerId` "AMD_AGENT_OPT_SOLAR": there is a settings container with this id already',
    );
    await engine.up({ ...theirs, adopt: true });
    expect(await row("AMD_AGENT_OPT_SOLAR")).toMatchObject({ container_entry: "HUMAN,HUMAN" });
    await engine.destroy();
    expect(await changed()).toEqual([]);
  });

  test("one that is gone is found gone, and its destroy succeeds", async () => {
    await engine.up(ARGS);
    await db.query("DELETE FROM vicidial_settings_containers WHERE container_id = ?", [ARGS.containerId]);
    await engine.destroy();
    expect(await changed()).toEqual([]);
  });

  test.each<[string, object, string]>([
    ["a quote", { entry: "it's" }, "must hold no backslash, quote, tab"],
    ["a short id", { containerId: "A" }, "must be 2 to 40 letters"],
    ["no notes", { notes: "" }, "must be 2 to 255 letters"],
  ])("refuses %s", async (_name, fields, message) => {
    await expect(engine.up({ ...ARGS, ...fields })).rejects.toThrow(message);
    expect(await changed()).toEqual([]);
  });
});

test("schema 1302 has no settings containers, and says so", async () => {
  const db = await freshDatabase({ schema: "1302" });
  const vicidial = await sessionOn(db);
  try {
    await expect(new Engine(settingsContainer, () => vicidial).up(ARGS)).rejects.toThrow(
      "there is no table vicidial_settings_containers on this VICIdial server (schema 1302)",
    );
  } finally {
    await vicidial.close();
    await db.drop();
  }
});
