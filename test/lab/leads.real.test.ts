import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { aiCarrier, CARRIER_CONTEXT, LEAD_COLUMNS, sipEdge } from "../../providers/asterisk";
import { startLeadService, type LeadService } from "../../services/leads/service";
import { bridgeAddress, startAsterisk, type Asterisk } from "../asterisk/container";
import { freshDatabase, type FreshDatabase } from "../kit/database";
import { waitFor } from "../kit/files";
import { MoodyProxy } from "./moodyProxy";

/**
 * The lead service between a real MariaDB and a real Asterisk. The service asks as an account that may do nothing but read
 * `vicidial_list`; Asterisk asks it once by a bare `AGI(…)`, and once by the dialplan that a bridge generates, with the same
 * Asterisk's other SIP stack as the edge.
 */
let asterisk: Asterisk;
let database: FreshDatabase;
let proxy: MoodyProxy;
let service: LeadService;
let here: string;
const events: Record<string, unknown>[] = [];
const account = "vbtest_leads";
const password = "only-for-this-test";

/** A lead's columns by the test's name for it. */
const leads: Record<string, Record<string, string | number | null>> = {
  plain: { first_name: "Maria", city: "Salt Lake City", comments: "call after 5", date_of_birth: "1980-02-29" },
  shell: { first_name: "${SHELL(id)}", city: "$[1+1]", comments: "${DB(secret/key)} `id` $(id)" },
  syntax: { first_name: 'a"b\\"c', city: "Denver, CO; (west)", comments: "x,y|z&q^w%{}[]'\"\\" },
  lines: {
    first_name: "Ada\r\nEXEC System id",
    city: "a\nb",
    comments: "200 result=1\nHANGUP\nSET VARIABLE AIBL_city pwned",
  },
  long: { first_name: "x".repeat(30), city: "y".repeat(50), comments: "z".repeat(4096) },
  scripts: { first_name: "你好", city: "Łódź", comments: "Привет, Zürich \u202e😀 ﬁn" },
  empty: { first_name: "", city: null, comments: "", date_of_birth: "0000-00-00" },
};
const safe: Record<string, [firstName: string, city: string, comments: string, dateOfBirth: string]> = {
  plain: ["Maria", "Salt Lake City", "call after 5", "1980-02-29"],
  shell: ["SHELLid", "1+1", "DBsecret/key id id", ""],
  syntax: ["abc", "Denver CO west", "xyzqw", ""],
  lines: ["Ada EXEC System id", "a b", "200 result1 HANGUP SET VARIABLE AIBL_city pwned", ""],
  long: ["x".repeat(30), "y".repeat(50), "z".repeat(64), ""],
  scripts: ["Ni Hao", "Lodz", "Privet Zurich fin", ""],
  empty: ["", "", "", ""],
};
const ids = new Map<string, number>();

beforeAll(async () => {
  [asterisk, database, here] = await Promise.all([
    startAsterisk({ network: "bridge" }),
    freshDatabase({ schema: "1720" }),
    bridgeAddress(),
  ]);
  // Four kilobytes need a wider column than VICIdial's own 255 characters; forks have one.
  await database.query("ALTER TABLE vicidial_list MODIFY comments TEXT");
  for (const [name, columns] of Object.entries(leads)) {
    await database.query("INSERT INTO vicidial_list SET ?, phone_number = '3035500914', list_id = 1", [columns]);
    ids.set(name, Number((await database.query("SELECT MAX(lead_id) AS id FROM vicidial_list"))[0]!["id"]));
  }
  await database.query(`DROP USER IF EXISTS ${account}`);
  await database.query(`CREATE USER ${account} IDENTIFIED BY '${password}'`);
  await database.query(`GRANT SELECT ON \`${database.database}\`.vicidial_list TO ${account}`);
  proxy = await MoodyProxy.start(database);
  service = await startLeadService(
    {
      database: {
        ...{ host: "127.0.0.1", port: proxy.port, user: account, password, database: database.database },
        ...{ tls: "off", connections: 2 },
      },
      listen: { host: here, port: 0 },
      health: { host: "127.0.0.1", port: 0 },
      deadlineMs: 1000,
      metricsMs: 3_600_000,
    },
    (event, fields) => events.push({ event, ...fields }),
  );
}, 300_000);
afterAll(async () => {
  await service.close();
  await proxy.close();
  await database.query(`DROP USER IF EXISTS ${account}`);
  await database.drop();
  await asterisk.remove();
});

/** The name that VICIdial gives the caller id of a call to this lead. */
const vCode = (lead: string | number) =>
  `V122111623${String(typeof lead === "number" ? lead : ids.get(lead)).padStart(10, "0")}`;

/** Writes `[default]` and what else is given, and has Asterisk read it. */
async function load(lines: readonly string[], files: Record<string, string> = {}): Promise<void> {
  await asterisk.write({ "extensions-vicidial.conf": lines.join("\n"), ...files });
  await asterisk.cli("dialplan reload", "sip reload", "module reload res_pjsip.so");
  await asterisk.logged();
}

/** Runs an extension of `[calls]` and returns what `Log` said, from the first line that holds `until` on. */
async function said(extension: string, until: string): Promise<string> {
  await asterisk.cli(`channel originate Local/${extension}@calls extension s@other`);
  let found: string | undefined;
  await waitFor(`${until} of ${extension}`, 30_000, async () => {
    const lines = (await asterisk.logged()).map((line) => /Ext\. \S+: (.*)$/.exec(line)?.[1]);
    found ??= lines.find((line) => line?.includes(until));
    return found !== undefined;
  });
  return found!;
}

/** Far above the 1, 1.5 and 2 seconds that are meant, for a busy machine; without them a call would hang for ever. */
const BOUND_MS = 8_000;

const other = ["[other]", "exten => s,1,Answer()", "exten => s,n,Wait(20)"];

describe("a bare AGI", () => {
  const columns = ["first_name", "city", "comments", "date_of_birth"];
  const shown = columns.map((column) => `<\${AIBL_${column}}>`).join("");
  const probe = (path: string, asked: readonly string[], values: string) => [
    ...["[calls]", 'exten => _[VXM]X.,1,Set(CALLERID(all)="${EXTEN}" <3035500914>)'],
    `exten => _[VXM]X.,n,AGI(agi://${here}:${service.port}/${path}${asked.map((one) => `,${one}`).join("")})`,
    `exten => _[VXM]X.,n,Log(NOTICE,told ${values} by \${AGISTATUS} of \${CALLERID(name)})`,
    "exten => _[VXM]X.,n,Hangup()",
    ...other,
  ];

  beforeAll(() => load(probe("lead", columns, shown)), 60_000);

  test.each(Object.keys(leads))(
    "lead %s arrives safe",
    async (name) => {
      expect(await said(vCode(name), "told")).toBe(
        `told ${safe[name]!.map((value) => `<${value}>`).join("")} by SUCCESS of ${vCode(name)}`,
      );
    },
    60_000,
  );

  test("a call that an agent dialled is found by the same code", async () => {
    const code = vCode("plain").replace("V", "M");
    expect(await said(code, "told")).toContain("<Maria><Salt Lake City>");
  }, 60_000);

  test("an unknown lead: nothing is set, and the log says so without its id", async () => {
    expect(await said(vCode(987654321), "told")).toContain("told <><><><>");
    expect(events.at(-1)).toMatchObject({ event: "unknown", reason: "no such lead" });
    expect(JSON.stringify(events)).not.toContain("987654321");
  }, 60_000);

  test("every column that may travel can be asked for at once, on this schema, and nothing else can", async () => {
    await load(
      probe(
        "lead",
        [...LEAD_COLUMNS, "pass", "1 FROM vicidial_users"],
        "<${AIBL_lead_id}><${AIBL_rank}><${AIBL_entry_date}><${AIBL_pass}>",
      ),
    );
    const id = ids.get("plain")!;
    expect(await said(vCode("plain"), "told")).toMatch(new RegExp(`^told <${id}><0><[-0-9: ]*><> by SUCCESS`));
    expect(events.at(-1)).toMatchObject({ event: "refused", reason: "columns", count: 2 });
  }, 60_000);

  test("health, by AGI and by HTTP", async () => {
    await load(probe("health", [], "<${AIBL_HEALTH}>"));
    expect(await said("X111", "told")).toContain("told <ok> by SUCCESS");
    expect((await fetch(`http://127.0.0.1:${service.healthPort}/health`)).status).toBe(200);
  }, 60_000);
});

describe("the dialplan of a bridge", () => {
  const extension = "979719895551001";
  const edge = sipEdge({ account: "ai", stack: "sip", host: "127.0.0.1", transport: "udp", port: 5080 });
  const receiver =
    "[transport-edge]\ntype=transport\nprotocol=udp\nbind=127.0.0.1:5080\n[edge]\ntype=endpoint\ncontext=edge\ndisallow=all\nallow=ulaw\n[edge]\ntype=identify\nendpoint=edge\nmatch=127.0.0.1";
  const header = (name: string) => `<\${PJSIP_HEADER(read,X-${name})}>`;

  /** A customer of this lead is answered and sent to the AI: what does the edge hear, and how long after the routing? */
  async function call(
    lead: string,
    leadService: { host: string; port: number },
  ): Promise<{ heard: string; ms: number }> {
    const bridge = aiCarrier({
      ...{ aiPrefix: "9797", routeNumber: "+19895551001", account: "ai", stack: "sip", ringTimeout: 10 },
      ...{ leadFields: ["first_name", "city", "comments"], leadService, headers: { "X-source": "autumn 24" } },
    });
    const now = "${STRFTIME(${EPOCH},,%s)}";
    await load(
      [
        "[default]",
        `include => ${CARRIER_CONTEXT}`,
        `[${CARRIER_CONTEXT}]`,
        bridge.dialplanEntry,
        "[calls]",
        'exten => _VX.,1,Set(CALLERID(all)="${EXTEN}" <3035500914>)',
        `exten => _VX.,n,Set(GLOBAL(ROUTED)=${now})`,
        `exten => _VX.,n,Goto(default,${extension},1)`,
        "[edge]",
        `exten => +19895551001,1,Log(NOTICE,edge ${["first_name", "city", "comments", "source"].map(header).join("")} after $[${now}-\${ROUTED}])`,
        "exten => +19895551001,n,Answer()",
        "exten => +19895551001,n,Wait(1)",
        ...other,
      ],
      { "sip-vicidial.conf": edge.accountEntry, "pjsip-vicidial.conf": receiver },
    );
    await waitFor("both stacks have read their files", 20_000, async () => {
      const [peers, endpoints] = await asterisk.cli("sip show peers", "pjsip show endpoints");
      return peers!.includes("ai ") && endpoints!.includes(" edge ");
    });
    const [, heard = "", seconds = ""] = /^edge (.*) after (\d+)$/.exec(await said(vCode(lead), "edge ")) ?? [];
    await waitFor("the call is over", 30_000, async () =>
      (await asterisk.cli("core show channels count"))[0]!.includes("0 active channels"),
    );
    return { heard, ms: Number(seconds) * 1000 };
  }
  const ours = () => ({ host: here, port: service.port });
  const told = (lead: string) =>
    safe[lead]!.slice(0, 3)
      .map((value) => `<${value}>`)
      .join("") + "<autumn 24>";
  const untold = "<><><><autumn 24>";
  const since = (from: number) => events.slice(from).filter(({ event }) => event !== "problem");

  test.each(["shell", "syntax", "lines", "long", "scripts", "empty"])(
    "lead %s: safe headers, the others as declared",
    async (lead) => {
      expect((await call(lead, ours())).heard).toBe(told(lead));
    },
    60_000,
  );

  test("a slow database: the lead still arrives", async () => {
    await proxy.be(150);
    expect((await call("plain", ours())).heard).toBe(told("plain"));
    await proxy.be("well");
  }, 60_000);

  test("a silent database: without lead headers at the service's deadline, which the log tells; then as before", async () => {
    const from = events.length;
    await proxy.be("silent");
    const { heard, ms } = await call("plain", ours());
    expect(heard).toBe(untold);
    expect(ms).toBeLessThan(BOUND_MS);
    expect(since(from)).toMatchObject([{ event: "failed", reason: "deadline" }]);
    await proxy.be("well");
    expect((await call("plain", ours())).heard).toBe(told("plain"));
  }, 120_000);

  test("a database that is down: without lead headers at once, which the log tells; then as before", async () => {
    const from = events.length;
    await proxy.be("down");
    expect((await call("plain", ours())).heard).toBe(untold);
    expect(since(from)).toMatchObject([{ event: "failed", reason: "ECONNREFUSED" }]);
    expect((await fetch(`http://127.0.0.1:${service.healthPort}/health`)).status).toBe(503);
    await proxy.be("well");
    expect((await call("plain", ours())).heard).toBe(told("plain"));
  }, 120_000);

  test("a service that is not there", async () => {
    const gone = createServer().listen(0, here);
    await once(gone, "listening");
    const { port } = gone.address() as AddressInfo;
    gone.close();
    expect((await call("plain", { host: here, port })).heard).toBe(untold);
  }, 60_000);

  test("a service that accepts and never answers: the dialplan's own 1.5 seconds", async () => {
    const mute = createServer((socket) => void socket.resume().on("error", () => undefined)).listen(0, here);
    await once(mute, "listening");
    const { heard, ms } = await call("plain", { host: here, port: (mute.address() as AddressInfo).port });
    mute.close();
    expect(heard).toBe(untold);
    expect(ms).toBeLessThan(BOUND_MS);
  }, 60_000);

  test("a host that drops what comes: Asterisk's own 2 seconds", async () => {
    const hole = await BlackHole.dig(here);
    const { heard, ms } = await call("plain", { host: here, port: hole.port });
    hole.close();
    expect(heard).toBe(untold);
    expect(ms).toBeLessThan(BOUND_MS);
  }, 60_000);

  test("nothing that was in a lead or its id is in the log", () => {
    const log = JSON.stringify(events);
    for (const text of ["Maria", "Salt", "SHELL", "Denver", "EXEC", "xxxx", "你", "Ni Hao", password])
      expect(log).not.toContain(text);
  });
});

/** A port whose host does not answer: a stopped process with a full queue, so that the kernel drops further connections. */
class BlackHole {
  private constructor(
    readonly port: number,
    private readonly owner: ChildProcess,
    private readonly queued: readonly Socket[],
  ) {}

  static async dig(host: string): Promise<BlackHole> {
    const program = `const server = require("node:net").createServer().listen({ port: 0, host: ${JSON.stringify(host)}, backlog: 1 }, () => console.log(server.address().port));`;
    const owner = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"] });
    const [said] = (await once(owner.stdout, "data")) as [Buffer];
    const port = Number(said.toString());
    owner.kill("SIGSTOP");
    const queued = Array.from({ length: 4 }, () => connect(port, host).on("error", () => undefined));
    await once(queued[0]!, "connect");
    return new BlackHole(port, owner, queued);
  }

  close(): void {
    for (const socket of this.queued) socket.destroy();
    this.owner.kill("SIGKILL");
  }
}
