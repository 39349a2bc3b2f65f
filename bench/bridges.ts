import type { FreshDatabase } from "../test/kit/database";

/** One bridge of the bench, by the names of the bridge's arguments. */
export interface BenchBridge {
  name: string;
  campaignId: string;
  routeNumber: string;
  agentId: string;
  terminationSipUri: string;
  aiPrefix: string;
  customerPrefix: string;
  callerId: string;
  userStart: number;
  lines: number;
  diallers: string[];
  edge: { stack: "sip"; transport: "udp"; srtp: boolean };
}

/** `count` bridges that share nothing but the dialler and the agent. */
export function benchBridges(count: number, agentId: string, diallerIp: string): BenchBridge[] {
  return Array.from({ length: count }, (_, i) => ({
    name: `bench${i}`,
    campaignId: `BENCH${String(i).padStart(3, "0")}`,
    routeNumber: `+1989555${1000 + i}`,
    agentId,
    terminationSipUri: "f111.dialmake.com",
    aiPrefix: "9797",
    customerPrefix: "9797",
    callerId: "13038142839",
    userStart: 700_000 + i * 10,
    lines: 1,
    diallers: [diallerIp],
    edge: { stack: "sip", transport: "udp", srtp: false },
  }));
}

/** Copies of a seeded campaign, which exist before the bridges as they do at a real site. */
export async function seedCampaigns(database: FreshDatabase, bridges: readonly BenchBridge[]): Promise<void> {
  const [model] = await database.query("SELECT * FROM vicidial_campaigns WHERE campaign_id = 'SIGMA1'");
  if (model === undefined) throw new Error("the lab's database has no campaign SIGMA1");
  for (const { campaignId } of bridges) {
    const row = { ...model, campaign_id: campaignId, campaign_name: `Bench ${campaignId}` };
    await database.query("INSERT INTO vicidial_campaigns SET ?", [row]);
  }
}

/** The first dialler that runs calls. */
export async function activeDialler(database: FreshDatabase): Promise<string> {
  const [row] = await database.query(
    "SELECT server_ip FROM servers WHERE active_asterisk_server = 'Y' ORDER BY server_ip",
  );
  if (row === undefined) throw new Error("the lab's database has no active dialler");
  return String(row.server_ip);
}
