import type { State } from "../../../providers/dynamic/resource";
import { connectVicidial } from "../../../providers/vicidial/connect";
import { remoteAgents, type RemoteAgentsMemory } from "../../../providers/vicidial/resources/remoteAgents/remoteAgents";
import { type RemoteAgents, remoteAgentsSchema } from "../../../providers/vicidial/resources/remoteAgents/schema";
import type { Vicidial } from "../../../providers/vicidial/session";
import { type Dump, differences, freshDatabase, type FreshDatabase, type Schema } from "../../kit/database";

type Known = State<RemoteAgents, RemoteAgentsMemory>;

describe.each<Schema>(["1720", "1302"])("the lines of a bridge on several diallers, schema %s", (schema) => {
  let db: FreshDatabase;
  let vicidial: Vicidial;
  let before: Dump;

  const wanted = (fields: object): RemoteAgents =>
    remoteAgentsSchema.parse({ userStart: 5565, extension: "979719895551234", campaignId: "SIGMA1", ...fields });
  const create = async (fields: object = {}): Promise<Known> => {
    const declared = wanted(fields);
    return { ...declared, ...(await remoteAgents.create(declared, vicidial)) };
  };
  const update = async (state: Known, fields: object = {}): Promise<Known> => {
    const declared = wanted(fields);
    return { ...declared, id: state.id, ...(await remoteAgents.update(state, declared, vicidial)) };
  };
  const refresh = async (state: Known): Promise<Known> => {
    const live = await remoteAgents.read(state, vicidial);
    return { ...state, ...live?.inputs, ...live?.computed };
  };
  const agents = async () =>
    (
      await db.query(
        "SELECT server_ip, user_start, number_of_lines, conf_exten, status FROM vicidial_remote_agents WHERE campaign_id = 'SIGMA1' ORDER BY server_ip",
      )
    ).map((row) => Object.values(row).join(" "));
  const users = async () =>
    (await db.query("SELECT user FROM vicidial_users WHERE user BETWEEN 5560 AND 5569 ORDER BY user")).map(
      ({ user }) => user,
    );
  const changed = async () =>
    differences(before, await db.dump()).filter((line) => !line.includes("vicidial_admin_log"));

  beforeEach(async () => {
    db = await freshDatabase({ schema });
    before = await db.dump();
    const settings: Record<string, string> = { "vicidial:drainLoopSeconds": "0" };
    for (const key of ["host", "port", "user", "password", "database"] as const)
      settings[`vicidial:${key}`] = String(db[key]);
    vicidial = await connectVicidial({ get: (key) => settings[key] }, () => undefined);
  });
  afterEach(async () => {
    await vicidial.close();
    await db.drop();
  });

  test('"all" makes one remote agent and one block of users for each dialler in service', async () => {
    const state = await create({ lines: 2 });
    expect(await agents()).toEqual([
      "10.20.30.11 5565 2 979719895551234 ACTIVE",
      "10.20.30.12 5567 2 979719895551234 ACTIVE",
    ]);
    expect(await users()).toEqual(["5565", "5566", "5567", "5568"]);
    expect(await refresh(state)).toEqual(state);
    await remoteAgents.delete(state, vicidial);
    expect(await changed()).toEqual([]);
  });

  test("a dialler that joins or leaves shows, and moves nobody else", async () => {
    let state = await create();
    await db.query("UPDATE servers SET active = 'Y', active_asterisk_server = 'Y' WHERE server_ip = '10.20.30.19'");
    await db.query("UPDATE servers SET active = 'N' WHERE server_ip = '10.20.30.11'");
    state = await refresh(state);
    expect(state.diallers).toEqual(["10.20.30.11", "10.20.30.12"]);
    state = await update(state);
    expect(await agents()).toEqual([
      "10.20.30.12 5566 1 979719895551234 ACTIVE",
      "10.20.30.19 5565 1 979719895551234 ACTIVE",
    ]);
    expect((await refresh(state)).diallers).toBe("all");
    await remoteAgents.delete(state, vicidial);
    expect(await agents()).toEqual([]);
    expect(await users()).toEqual([]);
  });

  test("more and fewer lines move the blocks behind the first", async () => {
    let state = await create();
    state = await update(state, { lines: 2 });
    expect(await agents()).toEqual([
      "10.20.30.11 5565 2 979719895551234 ACTIVE",
      "10.20.30.12 5567 2 979719895551234 ACTIVE",
    ]);
    state = await update(state, { lines: 1 });
    expect(await agents()).toEqual([
      "10.20.30.11 5565 1 979719895551234 ACTIVE",
      "10.20.30.12 5566 1 979719895551234 ACTIVE",
    ]);
    expect(await users()).toEqual(["5565", "5566"]);
    await remoteAgents.delete(state, vicidial);
    expect(await changed()).toEqual([]);
  });

  test("changes by hand show on the right field and are repaired; others are not lost", async () => {
    let state = await create();
    await db.query("UPDATE vicidial_remote_agents SET conf_exten = '123' WHERE user_start = '5566'");
    state = await refresh(state);
    expect(state).toMatchObject({ extension: "123", diallers: "all", lines: 1, campaignId: "SIGMA1" });
    state = await update(state);
    expect(await agents()).toEqual([
      "10.20.30.11 5565 1 979719895551234 ACTIVE",
      "10.20.30.12 5566 1 979719895551234 ACTIVE",
    ]);
    await db.query("UPDATE vicidial_remote_agents SET conf_exten = '456' WHERE user_start = '5566'");
    await expect(update(state, { extension: "979719895550000" })).rejects.toThrow(/conf_exten/);
  });

  test("a failure on the second dialler keeps in state what the first one has", async () => {
    const state = await create();
    await db.query("UPDATE vicidial_remote_agents SET conf_exten = '456' WHERE user_start = '5566'");
    const failure = await update(state, { extension: "979719895550000" }).catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({
      name: "HalfDone",
      computed: { blocks: [{ serverIp: "10.20.30.11" }, { serverIp: "10.20.30.12" }] },
    });
    const seen = await refresh({ ...state, ...(failure as { computed: RemoteAgentsMemory }).computed });
    await update(seen, { extension: "979719895550000" });
    expect(await agents()).toEqual([
      "10.20.30.11 5565 1 979719895550000 ACTIVE",
      "10.20.30.12 5566 1 979719895550000 ACTIVE",
    ]);
  });

  test("parts deleted by hand show as a dialler without lines and come back", async () => {
    let state = await create();
    await db.query("DELETE FROM vicidial_remote_agents WHERE user_start = '5565'");
    state = await refresh(state);
    expect(state.diallers).toEqual(["10.20.30.12"]);
    state = await update(state);
    expect(await agents()).toHaveLength(2);
    await db.query("DELETE FROM vicidial_users WHERE user IN ('5565', '5566')");
    await db.query("DELETE FROM vicidial_remote_agents WHERE campaign_id = 'SIGMA1'");
    expect(await remoteAgents.read(state, vicidial)).toBeUndefined();
    await remoteAgents.delete(state, vicidial);
    expect(await changed()).toEqual([]);
  });

  test("blocks that would have to move and have nowhere to go stay where they are", async () => {
    const state = await create();
    const made = await db.dump();
    await expect(update(state, { lines: 3 })).rejects.toThrow(
      /2 diallers with 3 lines each need agent users 5565-5570, of which 5570 are taken/,
    );
    expect(differences(made, await db.dump())).toEqual([]);
  });

  test("a block that is taken is refused as a whole, with the next free one, and nothing is written", async () => {
    await expect(create({ userStart: 5568, lines: 2 })).rejects.toThrow(
      /`userStart` "5568": 2 diallers with 2 lines each need agent users 5568-5571, of which 5570, 5571 are taken .* Choose a free block; the next one is 5572-5575/,
    );
    expect(await changed()).toEqual([]);
  });

  test("a dialler that is out of service is refused before anything is written", async () => {
    await expect(create({ diallers: ["10.20.30.11", "10.20.30.19"] })).rejects.toThrow(/`serverIp` "10.20.30.19"/);
    expect(differences(before, await db.dump())).toEqual([]);
  });

  test("a failure of the second dialler's agent takes the first one's rows back", async () => {
    // A person is logged in under the id of the second block, which only the remote agent minds.
    await db.query(
      "INSERT INTO vicidial_live_agents (user, server_ip, extension, status, campaign_id) VALUES ('5566', '10.20.30.12', 'SIP/401', 'READY', 'OLDCAMP')",
    );
    before = await db.dump();
    await expect(create()).rejects.toThrow(/5566/);
    expect(await changed()).toEqual([]);
  });

  test("adopt takes over users and remote agents made by hand", async () => {
    const state = await create();
    const made = { ...(await db.dump()), vicidial_admin_log: [] };
    const again = await create({ adopt: true });
    expect(again.blocks.map(({ serverIp, userStart }) => [serverIp, userStart])).toEqual(
      state.blocks.map(({ serverIp, userStart }) => [serverIp, userStart]),
    );
    const now = { ...(await db.dump()), vicidial_admin_log: [] };
    // Passwords are nobody's, each time anew.
    const plain = (dump: Dump) => ({
      ...dump,
      vicidial_users: dump["vicidial_users"]!.map((row) => row.replace(/pass(_hash)?="[^"]*"/g, "")),
    });
    expect(differences(plain(made), plain(now))).toEqual([]);
  });
});
