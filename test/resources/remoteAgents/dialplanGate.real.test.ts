import { setTimeout as sleep } from "node:timers/promises";
import { carrier } from "../../../providers/vicidial/resources/carrier/carrier";
import { carrierSchema } from "../../../providers/vicidial/resources/carrier/schema";
import { remoteAgents, type RemoteAgentsMemory } from "../../../providers/vicidial/resources/remoteAgents/remoteAgents";
import { type RemoteAgents, remoteAgentsSchema } from "../../../providers/vicidial/resources/remoteAgents/schema";
import type { Vicidial } from "../../../providers/vicidial/session";
import { freshDatabase, type FreshDatabase } from "../../kit/database";
import { FakeDialler } from "../../kit/fakeDialler";
import { Daemon } from "../../kit/remoteAgentDaemon";
import { sessionOn } from "../../kit/session";
import type { State } from "../../../providers/dynamic/resource";

jest.setTimeout(30_000);

const EXTENSION = "979719895551234";
const DIALLERS = ["10.20.30.11", "10.20.30.12"];

describe("lines open when every dialler has the dialplan", () => {
  let db: FreshDatabase;
  let vicidial: Vicidial & { reports: string[] };
  let diallers: FakeDialler[] = [];
  let daemon: Daemon | undefined;

  const open = async (settings: Record<string, string> = {}) => {
    vicidial = await sessionOn(db, { reloadSettleSeconds: "0.3", dialplanTimeoutSeconds: "10", ...settings });
  };
  const run = (...ips: string[]) => {
    diallers = ips.map((ip) => new FakeDialler(db, ip));
  };
  const wanted = (fields: object = {}): RemoteAgents =>
    remoteAgentsSchema.parse({ userStart: 5565, extension: EXTENSION, campaignId: "SIGMA1", ...fields });
  /** A bridge's carrier row with an exact extension, as `up` writes it before the lines. */
  const putCarrier = (extension = EXTENSION) =>
    carrier.create(
      carrierSchema.parse({
        carrierId: `aib${extension.slice(4)}`,
        name: "AI agent",
        protocol: "SIP",
        dialplanEntry: `exten => ${extension},1,AGI(agi://127.0.0.1:4577/call_log)\nexten => ${extension},2,Dial(SIP/+${extension.slice(4)}@sigmamind,30,o)\nexten => ${extension},3,Hangup()`,
      }),
      vicidial,
    );
  const statuses = async () =>
    (await db.query("SELECT status FROM vicidial_remote_agents WHERE campaign_id = 'SIGMA1' ORDER BY server_ip")).map(
      ({ status }) => status,
    );
  /** Resolves when the operator was told something. */
  const told = async (pattern: RegExp) => {
    const ends = Date.now() + 15_000;
    while (!vicidial.reports.some((line) => pattern.test(line))) {
      if (Date.now() > ends) throw new Error(`nobody said ${String(pattern)}: ${vicidial.reports.join("; ")}`);
      await sleep(20);
    }
  };
  const created = async (declared: RemoteAgents): Promise<State<RemoteAgents, RemoteAgentsMemory>> => ({
    ...declared,
    ...(await remoteAgents.create(declared, vicidial)),
  });

  beforeEach(async () => {
    db = await freshDatabase({ schema: "1720" });
  });
  afterEach(async () => {
    await daemon?.stop();
    daemon = undefined;
    await Promise.all(diallers.map((one) => one.stop()));
    diallers = [];
    await vicidial.close();
    await db.drop();
  });

  test("no line anywhere while one dialler has not taken up the rebuild; then all", async () => {
    await open();
    run(...DIALLERS);
    await putCarrier();
    const creating = remoteAgents.create(wanted({ waitForReady: 0 }), vicidial);
    diallers[0]!.keepalive = true;
    await told(/10\.20\.30\.12: it has not taken up the new dialplan yet \(servers\.rebuild_conf_files\)/);
    while (
      (await db.query("SELECT rebuild_conf_files AS f FROM servers WHERE server_ip = '10.20.30.11'"))[0]!["f"] === "Y"
    )
      await sleep(20);
    await sleep(400);
    expect(await statuses()).toEqual([]);
    diallers[1]!.keepalive = true;
    await creating;
    expect(await statuses()).toEqual(["ACTIVE", "ACTIVE"]);
  });

  test("a dialler that never loads it: the lines stay closed, nothing is left, and the message says what to look at", async () => {
    await open({ dialplanTimeoutSeconds: "0.6" });
    run(...DIALLERS);
    await putCarrier();
    const before = await db.query("SELECT COUNT(*) AS n FROM vicidial_users");
    await expect(remoteAgents.create(wanted(), vicidial)).rejects.toThrow(
      /`serverIp` "10\.20\.30\.1\d": the dialler runs, but within 1 s it has not loaded the dialplan of 979719895551234: it has not taken up.*ADMIN_keepalive_ALL\.pl every minute/,
    );
    expect(await statuses()).toEqual([]);
    expect(await db.query("SELECT COUNT(*) AS n FROM vicidial_users")).toEqual(before);
  });

  test("a database without a running dialler waits for nobody, and says so", async () => {
    await open();
    await putCarrier();
    await remoteAgents.create(wanted(), vicidial);
    expect(await statuses()).toEqual(["ACTIVE", "ACTIVE"]);
    expect(vicidial.reports).toContainEqual(
      expect.stringMatching(
        /^dialler 10\.20\.30\.11 does not run \(server_updater\.last_update of 10\.20\.30\.11 is \d+ s old, and no line of it is refreshed\): its lines open without waiting/,
      ),
    );
  });

  test("nothing to wait for where the dialplan is old, a hand-made one answers, or waiting is switched off", async () => {
    await open();
    run(...DIALLERS);
    // The telephony carrier's pattern answers it, and nobody changed a carrier of late.
    const state = await created(wanted({ waitForReady: 0 }));
    await remoteAgents.delete(state, vicidial);
    // No carrier answers it.
    await remoteAgents.delete(await created(wanted({ extension: "8305", waitForReady: 0 })), vicidial);
    await vicidial.close();
    await open({ dialplanTimeoutSeconds: "0" });
    await putCarrier();
    await created(wanted({ waitForReady: 0 }));
    expect(vicidial.reports.filter((line) => line.includes("lines open"))).toEqual([]);
  });

  test("a new extension: closed and drained first, open again when it is loaded", async () => {
    await open();
    run(...DIALLERS);
    for (const one of diallers) one.keepalive = true;
    daemon = new Daemon(db);
    await putCarrier();
    const state = await created(wanted({ diallers: [DIALLERS[0]] }));
    await daemon.callBegins("5565");
    diallers[0]!.keepalive = false;
    await putCarrier("979718015550100");
    const declared = wanted({ diallers: [DIALLERS[0]], extension: "979718015550100" });
    const updating = remoteAgents.update(state, declared, vicidial);
    await told(/waiting for 1 call\(s\) on lines 5565/);
    expect(await statuses()).toEqual(["INACTIVE"]);
    await daemon.callEnds("5565");
    await told(/10\.20\.30\.11: it has not taken up the new dialplan/);
    expect(await statuses()).toEqual(["INACTIVE"]);
    diallers[0]!.keepalive = true;
    await updating;
    expect(await statuses()).toEqual(["ACTIVE"]);
    expect(daemon.flipped).toEqual([]);
  });

  test("`up` ends with READY lines, or says of each line why not, and converges at the next", async () => {
    await open();
    run(...DIALLERS);
    for (const one of diallers) one.keepalive = true;
    await putCarrier();
    const declared = wanted({ lines: 2, waitForReady: 1 });
    const failure = (await remoteAgents.create(declared, vicidial).catch((thrown: unknown) => thrown)) as Error & {
      computed: RemoteAgentsMemory;
    };
    expect(failure).toMatchObject({ name: "HalfDone", id: "5565" });
    expect(failure.message).toMatch(
      /`waitForReady` 1: the lines are declared and their diallers run, but not READY: on 10\.20\.30\.11 5565 is not listed \(vicidial_live_agents\), 5566 is not listed.*; on 10\.20\.30\.12 5567/,
    );
    expect(await statuses()).toEqual(["ACTIVE", "ACTIVE"]);
    daemon = new Daemon(db);
    const state = { ...declared, id: "5565", ...failure.computed };
    await remoteAgents.update(state, wanted({ lines: 2 }), vicidial);
    const live = await db.query("SELECT status FROM vicidial_live_agents WHERE campaign_id = 'SIGMA1'");
    expect(live.map(({ status }) => status)).toEqual(["READY", "READY", "READY", "READY"]);
  });
});
