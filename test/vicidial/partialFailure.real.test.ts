import { messageOf } from "../../providers/errors";
import { agentUsers } from "../../providers/vicidial/agentUsers";
import { campaign } from "../../providers/vicidial/campaign";
import { campaignRouting } from "../../providers/vicidial/campaignRouting";
import { carrier } from "../../providers/vicidial/carrier";
import { list } from "../../providers/vicidial/list";
import { phone } from "../../providers/vicidial/phone";
import { remoteAgent } from "../../providers/vicidial/remoteAgent";
import { remoteAgents } from "../../providers/vicidial/remoteAgents";
import type { Vicidial } from "../../providers/vicidial/session";
import { settingsContainer } from "../../providers/vicidial/settingsContainer";
import { CuttingProxy } from "../support/cuttingProxy";
import { differences, type Dump, freshDatabase, type FreshDatabase } from "../support/database";
import { TestStack } from "../support/stack";
import { Engine, sessionOn, Snapshot, withoutTraces } from "./sessionSupport";

/** A resource with everything that it can write. */
interface Case {
  definition: unknown;
  /** Class in components/resources.ts. */
  class: string;
  args: Record<string, unknown>;
  /** Laid over `args` for the update: as many writes of different kinds as the resource has. */
  changed: Record<string, unknown>;
  /** What must be there before. */
  prepare?: string;
  /** Writes by which the real CLI's run is cut: one of the create, one of the destroy. */
  cuts: [create: RegExp, destroy: RegExp];
}

const dialplan = (number: string) =>
  `exten => ${number},1,AGI(agi://127.0.0.1:4577/call_log)\nexten => ${number},n,Dial(SIP/\${EXTEN:4}@none,,o)\nexten => ${number},n,Hangup()`;

const CASES: Record<string, Case> = {
  AgentUsers: {
    definition: agentUsers,
    class: "VicidialAgentUsers",
    args: { userStart: "7100", lines: 2, namePrefix: "Line" },
    changed: { lines: 3, userGroup: "SALES" },
    cuts: [/INSERT INTO `vicidial_users` SET `user` = '7101'/, /agent users 7100.*DELETE FROM `vicidial_users`/],
  },
  "AgentUsers, fewer lines": {
    definition: agentUsers,
    class: "VicidialAgentUsers",
    args: { userStart: "7110", lines: 2 },
    changed: { lines: 1 },
    cuts: [/INSERT INTO `vicidial_users` SET `user` = '7110'/, /DELETE FROM `vicidial_users`/],
  },
  RemoteAgent: {
    definition: remoteAgent,
    class: "VicidialRemoteAgent",
    args: { serverIp: "10.20.30.11", userStart: "7200", lines: 2, extension: "979719895551234", campaignId: "SIGMA1" },
    changed: { lines: 1, extension: "979719895550000", closerCampaigns: ["SUPPORT"] },
    prepare:
      "INSERT INTO vicidial_users (user, pass, full_name) VALUES ('7200', 'x', 'by hand'), ('7201', 'x', 'by hand')",
    cuts: [/INSERT INTO `vicidial_remote_agents` SET `user_start` = '7200'/, /remote agent 7200.*DELETE FROM/],
  },
  RemoteAgents: {
    definition: remoteAgents,
    class: "VicidialRemoteAgents",
    args: { userStart: 7300, lines: 2, extension: "979719895551235", campaignId: "SIGMA2" },
    changed: { lines: 1, extension: "979719895550001" },
    cuts: [
      /INSERT INTO `vicidial_remote_agents` SET `user_start` = '7302'/,
      /agent users 7300.*DELETE FROM `vicidial_users`/,
    ],
  },
  Carrier: {
    definition: carrier,
    class: "VicidialCarrier",
    args: {
      carrierId: "CUT",
      name: "Cut carrier",
      dialplanEntry: dialplan("66660001"),
      accountEntry: "[cut]\ntype=peer\nhost=192.0.2.9\nqualify=no\n",
    },
    changed: { name: "Cut carrier two", serverIp: "10.20.30.12", dialplanEntry: dialplan("66660002") },
    cuts: [/INSERT INTO `vicidial_server_carriers`/, /DELETE FROM `vicidial_server_carriers`/],
  },
  CampaignRouting: {
    definition: campaignRouting,
    class: "VicidialCampaignRouting",
    args: { campaignId: "SOLAR", campaignCid: "13038142839", recording: "ALLFORCE" },
    changed: { recording: "ALLCALLS", dialMethod: "RATIO", autoDialLevel: 2 },
    cuts: [/UPDATE `vicidial_campaigns`/, /UPDATE `vicidial_campaigns`/],
  },
  Campaign: {
    definition: campaign,
    class: "VicidialCampaign",
    args: { campaignId: "CUTCAMP", name: "Cut campaign", allowedFor: ["SALES"] },
    changed: { name: "Cut campaign two", dialTimeout: 20, allowedFor: [] },
    cuts: [/INSERT INTO `vicidial_campaign_stats`/, /DELETE FROM `vicidial_campaigns`/],
  },
  List: {
    definition: list,
    class: "VicidialList",
    args: {
      listId: "7001",
      name: "Cut list",
      campaignId: "SIGMA1",
      leads: [{ phoneNumber: "3035500001" }, { phoneNumber: "3035500002", vendorLeadCode: "V-2" }],
    },
    changed: {
      name: "Cut list two",
      resetTrigger: "once",
      leads: [{ phoneNumber: "3035500003", vendorLeadCode: "V-2", firstName: "Ann" }, { phoneNumber: "3035500004" }],
    },
    cuts: [/INSERT INTO `vicidial_list` SET .*'3035500002'/, /DELETE FROM `vicidial_lists`/],
  },
  Phone: {
    definition: phone,
    class: "VicidialPhone",
    args: { extension: "7400", serverIp: "10.20.30.11" },
    changed: { fullName: "Cut phone", active: false, sipSecret: "declared-secret" },
    cuts: [/INSERT INTO `phones`/, /DELETE FROM `phones`/],
  },
  SettingsContainer: {
    definition: settingsContainer,
    class: "VicidialSettingsContainer",
    args: { containerId: "CUT_CONTAINER", notes: "Cut container", type: "OTHER", entry: "a => b" },
    changed: { notes: "Cut container two", entry: "c => d" },
    cuts: [/INSERT INTO `vicidial_settings_containers`/, /DELETE FROM `vicidial_settings_containers`/],
  },
};

/** Row numbers, secrets and dates that differ from run to run of the same change. */
const RANDOM =
  /\b(user_id|remote_agent_id|lead_id|phone_id|pass|pass_hash|conf_secret)="?[^" ]*"?|"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"/g;
const comparable = (dump: Dump): Dump =>
  Object.fromEntries(
    Object.entries(dump).map(([table, rows]) => [table, rows.map((row) => row.replace(RANDOM, "$1=*")).sort()]),
  );

type Phase = "create" | "update" | "delete";
const WAYS = [
  { when: "before", stayAway: false },
  { when: "after", stayAway: false },
  // The undo cannot reach the database either: what is left must be known to the next `pulumi up`.
  { when: "before", stayAway: true },
  { when: "after", stayAway: true },
] as const;

describe.each(Object.entries(CASES))(
  "%s: the connection breaks at each write",
  (_, { definition, args, changed, prepare }) => {
    jest.setTimeout(120_000);
    let db: FreshDatabase;
    let proxy: CuttingProxy;
    let vicidial: Vicidial;
    let engine: Engine;

    const steps: Record<Phase, () => Promise<void>> = {
      create: () => engine.up(args),
      update: () => engine.up({ ...args, ...changed }),
      delete: () => engine.destroy(),
    };
    const before: Record<Phase, Phase[]> = { create: [], update: ["create"], delete: ["create"] };
    /** Brings a fresh engine to where the phase starts. */
    const start = async (phase: Phase) => {
      engine = new Engine(definition, () => vicidial);
      for (const earlier of before[phase]) await steps[earlier]();
    };

    beforeEach(async () => {
      db = await freshDatabase({ schema: "1720" });
      if (prepare) await db.query(prepare);
      proxy = await CuttingProxy.start(db);
      vicidial = await sessionOn({ ...db, host: proxy.host, port: proxy.port });
    });
    afterEach(async () => {
      await vicidial.close();
      await proxy.close();
      await db.drop();
    });

    test.each<Phase>(["create", "update", "delete"])("%s", async (phase) => {
      const untouched = await Snapshot.take(db);
      await start(phase);
      proxy.reset();
      await steps[phase]();
      const writes = [...proxy.writes];
      const wanted = comparable(await untouched.changed());
      await steps.delete();
      expect(await untouched.differences()).toEqual([]);
      expect(writes.length).toBeGreaterThan(1);

      for (const way of WAYS) {
        for (const [n, statement] of writes.entries()) {
          const where = `${way.when} write ${n + 1} of ${writes.length}${way.stayAway ? ", and stays away" : ""}: ${statement}`;
          await start(phase);
          proxy.cut({ write: n + 1, ...way });
          const failure = await steps[phase]().then(() => "", messageOf);
          proxy.heal();
          // A write after the last one that matters may be cut without harm; every other cut must be told.
          expect({ where, left: proxy.left, failure }).toEqual({
            where,
            left: [],
            failure: expect.stringMatching(/was lost|refused|ECONN/i) as unknown,
          });
          const again = await steps[phase]().then(() => "", messageOf);
          expect({ where, failure, again }).toEqual({ where, failure, again: "" });
          expect({ where, wrong: differences(wanted, comparable(await untouched.changed())) }).toEqual({
            where,
            wrong: [],
          });
          await steps.delete();
          expect({ where, left: await untouched.differences() }).toEqual({ where, left: [] });
        }
      }
    });
  },
);

test("with the real CLI: each resource's create and destroy is cut once, and the next run converges", async () => {
  const db = await freshDatabase({ schema: "1720" });
  const proxy = await CuttingProxy.start(db);
  const cases = Object.entries(CASES).filter(([name]) => !name.includes(","));
  for (const [, { prepare }] of cases) if (prepare) await db.query(prepare);
  const untouched = withoutTraces(await db.dump());
  const stack = await TestStack.create({
    env: { ...db.env, VICIDIAL_HOST: proxy.host, VICIDIAL_PORT: String(proxy.port), VICIDIAL_DRAIN_LOOP_SECONDS: "0" },
  });
  stack.declare(cases.map(([name, { class: type, args }]) => ({ class: type, name, args })));
  try {
    for (const [run, which] of [
      ["up", 0],
      ["destroy", 1],
    ] as const) {
      proxy.cut(
        ...cases.map(([, { cuts }], n) => ({
          write: cuts[which],
          when: n % 2 ? ("after" as const) : ("before" as const),
        })),
      );
      const cut = await stack.run([run, "--yes", "--skip-preview", "--suppress-progress", "--continue-on-error"], {
        mayFail: true,
      });
      expect({ left: proxy.left, code: cut.code === 0 }).toEqual({ left: [], code: false });
      for (const [name] of cases) expect(cut.text).toMatch(new RegExp(`${name}.*\\n?.*(was lost|failed)`));
      proxy.reset();
      await stack.run([run, "--yes", "--skip-preview", "--suppress-progress"]);
      if (run === "up") await stack.expectNoChanges();
    }
    expect(differences(untouched, withoutTraces(await db.dump()))).toEqual([]);
  } finally {
    await stack.remove();
    await proxy.close();
    await db.drop();
  }
}, 240_000);
