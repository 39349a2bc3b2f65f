import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { failureSchema } from "../../cli/failure";
import { main } from "../../cli/main";
import { type VerifyResult, verifyResultSchema } from "../../cli/verifyResult";
import type { BridgePlan } from "../../components/plan/bridgePlan";
import { edgeCarrier } from "../../components/plan/edgePlan";
import { planStack } from "../../components/plan/stackPlan";
import { type Simulator, startSimulator } from "../../lab/sigmamind/simulator";
import { sipNumber } from "../../providers/sigmamind/sipNumber/sipNumber";
import { sipNumberSchema } from "../../providers/sigmamind/sipNumber/schema";
import { campaign, campaignSchema } from "../../providers/vicidial/resources/campaign/campaign";
import { campaignRouting } from "../../providers/vicidial/resources/campaignRouting/campaignRouting";
import { campaignRoutingSchema } from "../../providers/vicidial/resources/campaignRouting/schema";
import { carrier } from "../../providers/vicidial/resources/carrier/carrier";
import { carrierSchema } from "../../providers/vicidial/resources/carrier/schema";
import { phone } from "../../providers/vicidial/resources/phone/phone";
import { phoneSchema } from "../../providers/vicidial/resources/phone/schema";
import { remoteAgents } from "../../providers/vicidial/resources/remoteAgents/remoteAgents";
import { remoteAgentsSchema } from "../../providers/vicidial/resources/remoteAgents/schema";
import { clientOf } from "../kit/sigmamind";
import { freshDatabase, type FreshDatabase } from "../kit/database";
import { sessionOn } from "../kit/session";

/** The guide's bridge over UDP, with headers. */
const DENVER = {
  name: "denver",
  campaignId: "SIGMA1",
  campaign: { name: "Sigma of the bridge" },
  softphone: { extension: "5599", dialler: "10.20.30.11" },
  routeNumber: "+19895551234",
  agentId: "LabSalesAgent001",
  terminationSipUri: "f111.dialmake.com",
  aiPrefix: "9797",
  customerPrefix: "9797",
  userStart: 5565,
  lines: 2,
  callerId: "+13038142839",
  dialMethod: "RATIO",
  dialLevel: 1,
  recording: "ALLFORCE",
  dialStatuses: ["NEW"],
  headers: { "X-source": "test" },
  leadFields: ["first_name", "city"],
  leadService: { host: "leads", port: 4573 },
  edge: { transport: "udp" },
};

export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** A bridge as `up` leaves it, in a database and a workspace of their own, and the command line that looks at it. */
export class BridgeFixture {
  readonly env: Record<string, string>;
  answers: string[] = [];

  private constructor(
    readonly db: FreshDatabase,
    readonly simulator: Simulator,
    readonly folder: string,
    readonly plan: BridgePlan,
  ) {
    this.env = {
      ...db.env,
      VICIDIAL_CONNECT_ATTEMPTS: "1",
      SIGMAMIND_BASE_URL: simulator.baseUrl,
      SIGMAMIND_API_KEY: simulator.apiKey,
      PATH: process.env["PATH"] ?? "",
    };
  }

  static async create({ lab = false }: { lab?: boolean } = {}): Promise<BridgeFixture> {
    const [db, simulator] = await Promise.all([freshDatabase({ schema: "1720" }), startSimulator()]);
    const folder = mkdtempSync(join(tmpdir(), "voicebridge-verify-"));
    const config = { "voice-ai-bridges:lab": lab, "voice-ai-bridges:bridges": [DENVER] };
    writeFileSync(join(folder, "Pulumi.test.yaml"), stringify({ config }));
    const [planned] = planStack([DENVER], { lab, sipStacks: "SIP_and_PJSIP" });
    const fixture = new BridgeFixture(db, simulator, folder, planned!.plan);
    await fixture.up();
    return fixture;
  }

  /** `voicebridge verify denver …` */
  async verify(...args: string[]): Promise<Outcome> {
    const out = { stdout: "", stderr: "" };
    const { answers } = this;
    const code = await main(["verify", "denver", ...args], {
      cwd: this.folder,
      env: this.env,
      stdout: (text) => void (out.stdout += text),
      stderr: (text) => void (out.stderr += text),
      ...(answers.length > 0 && { ask: () => Promise.resolve(answers.shift() ?? "") }),
    });
    return { code, ...out };
  }

  /** The same with `--json`, its one object checked against the documented schema. */
  async result(...args: string[]): Promise<VerifyResult> {
    const { code, stdout, stderr } = await this.verify("--json", ...args);
    const printed: unknown = JSON.parse(stdout);
    if (failureSchema.safeParse(printed).success) throw new Error(stderr);
    const result = verifyResultSchema.parse(printed);
    if (result.exitCode !== code) throw new Error(`exit code ${code}, but the object says ${result.exitCode}`);
    return result;
  }

  /** Lines as the daemons of both diallers list them, fresh as long as the test needs it. */
  async listLines(change = ""): Promise<void> {
    await this.db.query("DELETE FROM vicidial_live_agents WHERE campaign_id = 'SIGMA1'");
    const agents = await this.db.query("SELECT * FROM vicidial_remote_agents WHERE campaign_id = 'SIGMA1'");
    for (const agent of agents)
      for (let n = 0; n < Number(agent["number_of_lines"]); n++)
        await this.db.query(
          `INSERT INTO vicidial_live_agents SET user = ?, server_ip = ?, conf_exten = ?, extension = ?, campaign_id = 'SIGMA1', status = 'READY', lead_id = 0, comments = 'REMOTE', outbound_autodial = 'Y', last_update_time = NOW() + INTERVAL 1 HOUR`,
          [
            ...[Number(agent["user_start"]) + n, agent["server_ip"], agent["conf_exten"]],
            `R/${Number(agent["user_start"]) + n}`,
          ],
        );
    if (change !== "")
      await this.db.query(
        `UPDATE vicidial_live_agents SET ${change}, last_update_time = NOW() + INTERVAL 1 HOUR WHERE user = '5566'`,
      );
  }

  /** Lets the changes of carriers be some minutes old, and loaded. */
  async settle(): Promise<void> {
    await this.db.query("UPDATE servers SET rebuild_conf_files = 'N'");
    await this.db.query("UPDATE vicidial_admin_log SET event_date = event_date - INTERVAL 10 MINUTE");
  }

  async remove(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true });
    await Promise.all([this.db.drop(), this.simulator.close()]);
  }

  private async up(): Promise<void> {
    const vicidial = await sessionOn(this.db);
    const { children, edge } = this.plan;
    try {
      await sipNumber.create(sipNumberSchema.parse(children.number), clientOf(this.simulator));
      await carrier.create(carrierSchema.parse(edgeCarrier(edge)), vicidial);
      await carrier.create(carrierSchema.parse(children.carrier), vicidial);
      await remoteAgents.create(remoteAgentsSchema.parse(children.agents), vicidial);
      // The seed has it already.
      await campaign.create(campaignSchema.parse({ ...children.campaign, adopt: true }), vicidial);
      await phone.create(phoneSchema.parse(children.softphone), vicidial);
      await campaignRouting.create(campaignRoutingSchema.parse(children.routing), vicidial);
    } finally {
      await vicidial.close();
    }
  }
}
