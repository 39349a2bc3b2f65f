import { Refusal } from "../../../core/refusal";
import type { State } from "../../../providers/dynamic/resource";
import {
  campaignRouting,
  type CampaignRoutingMemory,
} from "../../../providers/vicidial/resources/campaignRouting/campaignRouting";
import {
  type CampaignRouting,
  campaignRoutingSchema,
} from "../../../providers/vicidial/resources/campaignRouting/schema";
import { connectVicidial } from "../../../providers/vicidial/connect";
import type { Vicidial } from "../../../providers/vicidial/session";
import { differences, freshDatabase, type FreshDatabase, type Schema } from "../../kit/database";

type Known = State<CampaignRouting, CampaignRoutingMemory>;
type Fields = Record<string, unknown>;

describe.each<Schema>(["1720", "1302"])("a campaign's routing, schema %s", (schema) => {
  let db: FreshDatabase;
  let vicidial: Vicidial;
  const reports: string[] = [];

  const wanted = (fields: object): CampaignRouting => campaignRoutingSchema.parse({ campaignId: "SOLAR", ...fields });
  const create = async (fields: object): Promise<Known> => {
    const declared = wanted(fields);
    return { ...declared, ...(await campaignRouting.create(declared, vicidial)) };
  };
  const update = async (state: Known, fields: object): Promise<Known> => {
    const declared = wanted(fields);
    return { ...declared, id: state.id, ...(await campaignRouting.update(state, declared, vicidial)) };
  };
  const row = async (): Promise<Record<string, unknown>> =>
    (await db.query("SELECT * FROM vicidial_campaigns WHERE campaign_id = 'SOLAR'"))[0]!;
  const campaigns = async () =>
    (({ vicidial_campaigns }) => ({ vicidial_campaigns: vicidial_campaigns! }))(await db.dump());

  beforeEach(async () => {
    db = await freshDatabase({ schema });
    const settings: Record<string, string> = {
      "vicidial:host": db.host,
      "vicidial:port": String(db.port),
      "vicidial:user": db.user,
      "vicidial:password": db.password,
      "vicidial:database": db.database,
    };
    reports.length = 0;
    vicidial = await connectVicidial({ get: (key) => settings[key] }, (line) => void reports.push(line));
  });
  afterEach(async () => {
    await vicidial.close();
    await db.drop();
  });

  test("patches the declared columns only, and puts them back as they were stored", async () => {
    const before = await campaigns();
    const state = await create({
      dialPrefix: "8787",
      campaignCid: "+13038142839",
      recording: "ALLFORCE",
      dialStatuses: ["NEW", "NA"],
    });
    expect(await row()).toMatchObject({
      dial_prefix: "8787",
      campaign_cid: "13038142839",
      campaign_recording: "ALLFORCE",
      dial_statuses: " NEW NA -",
    });
    expect(state.previous).toEqual({
      dial_prefix: "9797",
      campaign_cid: "3055550100",
      campaign_recording: "ONDEMAND",
      dial_statuses: " NEW -",
    });
    expect((await campaignRouting.read(state, vicidial))?.inputs).toMatchObject({
      dialPrefix: "8787",
      dialStatuses: ["NEW", "NA"],
    });
    expect(differences(before, await campaigns())).toHaveLength(2);
    await campaignRouting.delete(state, vicidial);
    expect(differences(before, await campaigns())).toEqual([]);
    expect(reports).toEqual([]);
  });

  test("logs what the campaign page would have logged", async () => {
    await create({ recording: "ALLFORCE" });
    const log = await db.query(
      "SELECT * FROM vicidial_admin_log WHERE record_id = 'SOLAR' ORDER BY admin_log_id DESC LIMIT 1",
    );
    expect(log[0]).toMatchObject({
      event_section: "CAMPAIGNS",
      event_type: "MODIFY",
      event_code: "ADMIN MODIFY CAMPAIGN DETAIL",
      user: "voicebridge",
    });
  });

  test("a column that somebody changed since is left to him, the others are restored", async () => {
    const state = await create({ dialPrefix: "8787", recording: "ALLFORCE" });
    await db.query("UPDATE vicidial_campaigns SET campaign_recording = 'NEVER' WHERE campaign_id = 'SOLAR'");
    const seen = { ...state, ...(await campaignRouting.read(state, vicidial))!.inputs };
    expect(seen.recording).toBe("NEVER");
    await campaignRouting.delete(seen, vicidial);
    expect(await row()).toMatchObject({ dial_prefix: "9797", campaign_recording: "NEVER" });
    expect(reports.join()).toMatch(/campaign_recording \(`recording`\) is left at "NEVER".*"ALLFORCE".*"ONDEMAND"/);
  });

  test("a field that leaves the declaration is put back; one that joins is remembered", async () => {
    let state = await create({ dialPrefix: "8787", recording: "ALLFORCE" });
    state = await update(state, { dialPrefix: "8787", hopperLevel: 7 });
    expect(await row()).toMatchObject({ dial_prefix: "8787", campaign_recording: "ONDEMAND", hopper_level: 7 });
    expect(state.previous).toEqual({ dial_prefix: "9797", hopper_level: 50 });
    state = await update(state, {});
    expect(state.previous).toEqual({});
    expect(await row()).toMatchObject({ dial_prefix: "9797", hopper_level: 50 });
  });

  test("an update on stale knowledge is refused; after a refresh it repairs", async () => {
    const state = await create({ recording: "ALLFORCE" });
    await db.query("UPDATE vicidial_campaigns SET campaign_recording = 'NEVER' WHERE campaign_id = 'SOLAR'");
    await expect(update(state, { recording: "ALLCALLS" })).rejects.toThrow(/campaign_recording/);
    const seen = { ...state, ...(await campaignRouting.read(state, vicidial))!.inputs };
    const repaired = await update(seen, { recording: "ALLCALLS" });
    expect(await row()).toMatchObject({ campaign_recording: "ALLCALLS" });
    expect(repaired.previous).toEqual({ campaign_recording: "ONDEMAND" });
  });

  test("what a human save rewrites is no drift", async () => {
    const state = await create({
      dialPrefix: "8787",
      autoDialLevel: 2,
      waitForSilenceOptions: "",
      dialStatuses: ["NEW"],
    });
    await db.query(
      "UPDATE vicidial_campaigns SET auto_dial_level = '2.0', waitforsilence_options = NULL, dial_statuses = 'NEW -' WHERE campaign_id = 'SOLAR'",
    );
    const {
      lab: _,
      onDestroy: __,
      routing: ___,
      campaignId: ____,
      ...declared
    } = wanted({ dialPrefix: "8787", autoDialLevel: 2, waitForSilenceOptions: "", dialStatuses: ["NEW"] });
    expect((await campaignRouting.read(state, vicidial))?.inputs).toEqual(declared);
    await update(state, { dialPrefix: "9797", autoDialLevel: 2, waitForSilenceOptions: "", dialStatuses: ["NEW"] });
    expect(await row()).toMatchObject({ dial_prefix: "9797" });
  });

  test("onDestroy: leave writes nothing, pause stops the campaign without touching its dial method", async () => {
    const left = await create({ dialPrefix: "8787", onDestroy: "leave" });
    const before = await campaigns();
    await campaignRouting.delete(left, vicidial);
    expect(differences(before, await campaigns())).toEqual([]);
    await campaignRouting.delete({ ...left, onDestroy: "pause" }, vicidial);
    expect(await row()).toMatchObject({ active: "N", dial_method: "RATIO", dial_prefix: "8787" });
  });

  test("a campaign that is gone is found gone, and its destroy succeeds", async () => {
    const state = await create({ dialPrefix: "8787" });
    await db.query("DELETE FROM vicidial_campaigns WHERE campaign_id = 'SOLAR'");
    expect(await campaignRouting.read(state, vicidial)).toBeUndefined();
    await campaignRouting.delete(state, vicidial);
  });

  test.each<[string, Fields, RegExp]>([
    ["a campaign that does not exist", { campaignId: "NOSUCH" }, /`campaignId` "NOSUCH": there is no such campaign/],
    [
      "a prefix that no carrier answers",
      { dialPrefix: "4711" },
      /`dialPrefix` "4711": no active carrier's pattern begins/,
    ],
    ["an AI carrier's prefix alone", { manualDialPrefix: "91999" }, /`manualDialPrefix` "91999": no active carrier/],
    ["a level above the site's limit", { autoDialLevel: 11 }, /the site allows 10 \(system_settings.auto_dial_limit\)/],
    [
      "a call time that does not exist",
      { localCallTime: "never" },
      /`localCallTime` "never": there is no such call time/,
    ],
    [
      "half of a contradiction whose other half is in the row",
      { dialMethod: "MANUAL" },
      /dial method MANUAL dials nothing/,
    ],
    [
      "detection settings without detection in the row",
      { amdSendToVmx: true, amMessageExten: "bye" },
      /routing extension 8366 detects no/,
    ],
  ])("refuses %s and writes nothing", async (_name, fields, message) => {
    const before = await db.dump();
    const failure = await create(fields).catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(Refusal);
    expect((failure as Refusal).message).toMatch(message);
    expect(differences(before, await db.dump())).toEqual([]);
  });

  test("contradictions that others left in the row do not block a patch of something else", async () => {
    await db.query(
      "UPDATE vicidial_campaigns SET dial_method = 'MANUAL', auto_dial_level = '3', campaign_vdad_exten = '97919895551234' WHERE campaign_id = 'SOLAR'",
    );
    await create({ dialPrefix: "8787" });
    expect(await row()).toMatchObject({ dial_prefix: "8787" });
  });

  test("warns of direct routing, of a prefix that one dialler does not answer, and of a list's own prefix", async () => {
    if (schema === "1720")
      await db.query(
        "UPDATE vicidial_lists SET campaign_id = 'SOLAR', active = 'Y', dial_prefix = '55' WHERE list_id = 1001",
      );
    await create({ dialPrefix: "81", routing: "direct", routingExtension: "979719895551234" });
    expect(reports.join("\n")).toMatch(/routing "direct" sends answered calls to 979719895551234 past/);
    expect(reports.join("\n")).toMatch(/no active carrier answers prefix 81 on dialler 10.20.30.12/);
    if (schema === "1720") expect(reports.join("\n")).toMatch(/list 1001 has a dial prefix of its own, 55/);
  });

  test("a prefix that the site answers in a custom dialplan of its own is one that is answered", async () => {
    await db.query("UPDATE system_settings SET custom_dialplan_entry = 'exten => _93X.,1,NoOp()'");
    await db.query(
      "UPDATE servers SET custom_dialplan_entry = '[default]\nexten => _92X.,1,NoOp()' WHERE server_ip = '10.20.30.12'",
    );
    await create({ dialPrefix: "93", manualDialPrefix: "92" });
    expect(reports).toEqual([expect.stringContaining("no active carrier answers prefix 92 on dialler 10.20.30.11")]);
  });

  test("a column that this schema lacks is refused by name", async () => {
    const patch = create({ amdAgentRouteOptions: "DISABLED" });
    if (schema === "1302") await expect(patch).rejects.toThrow(/no column amd_agent_route_options .*schema 1302/);
    else await patch;
  });
});
