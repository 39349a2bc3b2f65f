import { setTimeout as sleep } from "node:timers/promises";
import type { SimulatorControl } from "../../lab/sigmamind/control";
import type { FreshDatabase } from "../kit/database";

/** How a call ends that the dialler makes. */
export interface Play {
  /** What becomes of the AI leg. Default ANSWER with 5 s. */
  aiLeg?: { dialstatus: string; hangupCause: number; answered: number } | "none";
  /** The customer does not answer: no line is picked, and the lead gets this status. */
  unanswered?: string;
  /** What SigmaMind records; `undefined`: no record. */
  variables?: Record<string, unknown>;
  /** Default LabSalesAgent001. */
  agentId?: string;
  /** Whether VICIdial and SigmaMind record. Default both. */
  recordings?: { vicidial: boolean; sigmamind: boolean };
  leadStatus?: string;
  /** Customer and AI talk until somebody hangs up. */
  endless?: boolean;
}

/**
 * What a dialler does with one Originate of `vicidial_manager`, as rows (docs/facts/vicidial.md#routing-to-a-line), in
 * split seconds.
 */
export class ActingDialler {
  /** Command lines of the Originates taken. */
  readonly taken: string[][] = [];
  play: Play = {};
  private running = true;
  private readonly ended: Promise<void>;

  constructor(
    private readonly db: FreshDatabase,
    private readonly sigmamind: SimulatorControl,
    private readonly pauseMs = 100,
  ) {
    this.ended = this.loop();
  }

  async stop(): Promise<void> {
    this.running = false;
    await this.ended;
  }

  private async loop(): Promise<void> {
    while (this.running) {
      const [row] = await this.db.query("SELECT * FROM vicidial_manager WHERE status = 'NEW' ORDER BY man_id LIMIT 1");
      if (row !== undefined) await this.act(row);
      await sleep(20);
    }
  }

  private async act(row: Record<string, unknown>): Promise<void> {
    const { db, play } = this;
    const text = (name: string) => row[name] as string;
    this.taken.push("bcdefgk".split("").map((letter) => text(`cmd_line_${letter}`)));
    const [code, server] = [text("callerid"), text("server_ip")];
    const leadId = Number(code.slice(10));
    await db.query("UPDATE vicidial_manager SET status = 'SENT' WHERE man_id = ?", [row["man_id"]]);
    await sleep(this.pauseMs);
    if (play.unanswered !== undefined) {
      await this.leg(`${leadId}.1`, server, leadId, "Local/x@default-1;2", "NOANSWER", 19, 0);
      await db.query("UPDATE vicidial_list SET status = ? WHERE lead_id = ?", [play.unanswered, leadId]);
      await db.query("DELETE FROM vicidial_auto_calls WHERE callerid = ?", [code]);
      return;
    }
    await db.query("UPDATE vicidial_auto_calls SET status = 'LIVE' WHERE callerid = ?", [code]);
    const [line] = await db.query(
      "SELECT * FROM vicidial_live_agents WHERE server_ip = ? AND status = 'READY' AND lead_id = 0 ORDER BY user LIMIT 1",
      [server],
    );
    const user = String(line?.["user"]);
    await db.query("INSERT INTO vicidial_remote_agent_log SET ?, call_time = NOW()", [
      {
        uniqueid: `${leadId}.9`,
        callerid: code,
        ra_user: "5565",
        user,
        extension: line?.["conf_exten"],
        lead_id: leadId,
      },
    ]);
    const set = async (status: string, lead: number, callerid: string) =>
      db.query(
        "UPDATE vicidial_live_agents SET status = ?, lead_id = ?, callerid = ?, channel = 'SIP/telco-2', last_update_time = NOW() + INTERVAL 1 HOUR WHERE user = ?",
        [...[status, lead, callerid, user]],
      );
    await set("QUEUE", leadId, code);
    await db.query("UPDATE vicidial_auto_calls SET status = 'XFER' WHERE callerid = ?", [code]);
    await sleep(this.pauseMs);
    await set("INCALL", leadId, code);
    if (play.endless) await this.hungUp();
    await this.finish(code, server, leadId, user);
    await set("READY", 0, "");
  }

  /** Waits for the command that ends the call. */
  private async hungUp(): Promise<void> {
    while (this.running) {
      const [row] = await this.db.query("SELECT * FROM vicidial_manager WHERE status = 'NEW' AND action = 'Hangup'");
      if (row !== undefined) {
        this.taken.push([row["cmd_line_b"] as string]);
        await this.db.query("UPDATE vicidial_manager SET status = 'SENT' WHERE man_id = ?", [row["man_id"]]);
        return;
      }
      await sleep(20);
    }
  }

  private async finish(code: string, server: string, leadId: number, user: string): Promise<void> {
    const { db, play } = this;
    const { vicidial = true, sigmamind = true } = play.recordings ?? {};
    const aiLeg = play.aiLeg ?? { dialstatus: "ANSWER", hangupCause: 16, answered: 5 };
    if (vicidial)
      await db.query("INSERT INTO recording_log SET ?, start_time = NOW()", [
        { lead_id: leadId, user, filename: `20261122_${leadId}`, length_in_sec: 0, server_ip: server },
      ]);
    if (play.variables !== undefined)
      this.sigmamind.addCall({
        ...{ callType: "inbound", sipPhoneNumber: "+19895551234", status: "ended" },
        ...{ agentId: play.agentId ?? "LabSalesAgent001", startTime: new Date().toISOString() },
        ...{ dynamicVariables: play.variables, terminationReason: "user_ended_call" },
        recordingUrl: sigmamind ? "https://recordings.invalid/room-1/recording.mp3?sig=abc" : null,
      });
    await sleep(this.pauseMs);
    await db.query("DELETE FROM vicidial_auto_calls WHERE callerid = ?", [code]);
    await this.leg(`${leadId}.1`, server, leadId, "Local/97973035500914@default-1;2", "ANSWER", 16, 9);
    if (aiLeg !== "none")
      await this.leg(`${leadId}.2`, server, leadId, "SIP/telco-2", aiLeg.dialstatus, aiLeg.hangupCause, aiLeg.answered);
    const status = play.leadStatus ?? "XFER";
    await db.query("UPDATE vicidial_list SET status = ? WHERE lead_id = ?", [status, leadId]);
    await db.query("INSERT INTO vicidial_log SET ?, call_date = NOW()", [
      {
        uniqueid: `${leadId}.9`,
        lead_id: leadId,
        status,
        user,
        comments: "REMOTE",
        length_in_sec: 9,
        term_reason: "CALLER",
      },
    ]);
  }

  private async leg(
    ...[uniqueid, server, leadId, channel, dialstatus, cause, answered]: [
      string,
      string,
      number,
      string,
      string,
      number,
      number,
    ]
  ) {
    await this.db.query("REPLACE INTO vicidial_carrier_log SET ?, call_date = NOW()", [
      {
        uniqueid,
        server_ip: server,
        lead_id: leadId,
        channel,
        dialstatus,
        hangup_cause: cause,
        dial_time: 4,
        answered_time: answered,
      },
    ]);
  }
}
