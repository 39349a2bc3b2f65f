import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { LEAD_COLUMNS } from "../providers/asterisk";
import { freshDatabase, type FreshDatabase } from "../test/kit/database";
import { table } from "./measure";

const LOOKUPS = 1_000;
const LEADS = 20_000;
const columns = LEAD_COLUMNS.slice(12, 22);

/**
 * `npm run bench -- --leads`: the lead service as a process of its own against a real MariaDB, asked as Asterisk asks it. One
 * look-up is all that a call waits for: connection, environment, database, ten variables each acknowledged, close.
 */
export async function leadsTable(): Promise<string> {
  const database = await freshDatabase({ schema: "1720" });
  try {
    await seed(database);
    const service = await started(database);
    try {
      // What a service meets once in its life (four connections to the database) is no look-up's own time.
      await all(service.port, 200, 4);
      const rows = [["look-ups", "at a time", "p50 ms", "p95 ms", "max ms", "cut off"]];
      for (const together of [1, 4, 20]) {
        const lookUps = await all(service.port, LOOKUPS, together);
        const times = lookUps.map(({ ms }) => ms).sort((a, b) => a - b);
        const at = (share: number) => (times[Math.ceil(share * times.length) - 1] ?? NaN).toFixed(1);
        rows.push([
          String(LOOKUPS),
          String(together),
          at(0.5),
          at(0.95),
          at(1),
          String(lookUps.filter(({ whole }) => !whole).length),
        ]);
      }
      return table(rows);
    } finally {
      service.process.kill("SIGTERM");
      await once(service.process, "exit");
    }
  } finally {
    await database.drop();
  }
}

async function seed(database: FreshDatabase): Promise<void> {
  const lead = (at: number) => [
    String(3_030_000_000 + at),
    "Zoë",
    "O'Connor",
    `${at} Łódź Street`,
    "Salt Lake City",
    "UT",
  ];
  await database.query(
    "INSERT INTO vicidial_list (phone_number, first_name, last_name, address1, city, state) VALUES ?",
    [Array.from({ length: LEADS }, (_, at) => lead(at))],
  );
}

async function started(database: FreshDatabase): Promise<{ port: number; process: ChildProcess }> {
  const service = spawn(process.execPath, ["--require", "tsx/cjs", join(__dirname, "../services/leads/main.ts")], {
    env: { ...process.env, ...database.env, LEADS_PORT: "0", LEADS_HEALTH_PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface(service.stdout)) {
    const { event, port } = JSON.parse(line) as { event: string; port: number };
    if (event === "listening") return { port, process: service };
  }
  throw new Error("the lead service did not start");
}

interface LookUp {
  ms: number;
  /** Whether every variable came before the service's own deadline. */
  whole: boolean;
}

/** `count` look-ups, `together` at a time. */
async function all(port: number, count: number, together: number): Promise<LookUp[]> {
  const lookUps: LookUp[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next++ < count) lookUps.push(await lookUp(port, 1 + Math.floor(Math.random() * LEADS)));
  };
  await Promise.all(Array.from({ length: together }, worker));
  return lookUps;
}

async function lookUp(port: number, lead: number): Promise<LookUp> {
  const start = performance.now();
  const socket = connect(port, "127.0.0.1").setNoDelay(true).setEncoding("utf8");
  let set = 0;
  socket.on("data", (text: string) => {
    const commands = text.split("\n").length - 1;
    set += commands;
    socket.write("200 result=1\n".repeat(commands));
  });
  const name = `V122111623${String(lead).padStart(10, "0")}`;
  const lines = ["agi_network: yes", "agi_network_script: lead", `agi_calleridname: ${name}`];
  lines.push(...columns.map((column, at) => `agi_arg_${at + 1}: ${column}`), "", "");
  socket.write(lines.join("\n"));
  await once(socket, "close");
  return { ms: performance.now() - start, whole: set === columns.length };
}
