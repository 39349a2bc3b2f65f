import { setTimeout as sleep } from "node:timers/promises";

import type { FreshDatabase } from "./database";

interface Line {
  user: string;
  server_ip: string;
  conf_exten: string;
  campaign_id: string;
  ra_user: string;
}

/**
 * What VICIdial's daemon does with remote agents and lines (docs/facts/vicidial.md#lines), in loops of 20 ms instead of 2
 * s: lists the lines of ACTIVE remote agents, makes a line READY whose columns differ *even in mid-call*, frees a line
 * whose call has ended, and pauses and removes the lines of a remote agent that is not ACTIVE, but only after a call.
 */
export class Daemon {
  /** Lines that were made READY in mid-call: the dialler would then call too many people. */
  readonly flipped: string[] = [];
  private running = true;
  private readonly ended: Promise<void>;

  constructor(private readonly db: FreshDatabase) {
    this.ended = this.loop();
  }

  async stop(): Promise<void> {
    this.running = false;
    await this.ended;
  }

  /** A call reaches a line, as the routing AGI notes it. */
  async callBegins(user: string): Promise<void> {
    await this.db.query(
      "UPDATE vicidial_live_agents SET status = 'INCALL', lead_id = 7, callerid = 'V1' WHERE user = ? AND status = 'READY'",
      [user],
    );
  }

  async callEnds(user: string): Promise<void> {
    await this.db.query("UPDATE vicidial_live_agents SET callerid = '' WHERE user = ?", [user]);
  }

  private async loop(): Promise<void> {
    while (this.running) {
      const wanted = await this.wanted();
      for (const line of wanted) await this.list(line);
      await this.end(wanted);
      await sleep(20);
    }
  }

  private async wanted(): Promise<Line[]> {
    const agents = await this.db.query(
      "SELECT user_start, number_of_lines, server_ip, conf_exten, campaign_id FROM vicidial_remote_agents WHERE status = 'ACTIVE'",
    );
    return agents.flatMap((agent) =>
      Array.from({ length: Number(agent["number_of_lines"]) }, (_, n) => ({
        user: String(Number(agent["user_start"]) + n),
        server_ip: String(agent["server_ip"]),
        conf_exten: String(agent["conf_exten"]),
        campaign_id: String(agent["campaign_id"]),
        ra_user: String(agent["user_start"]),
      })),
    );
  }

  private async list(line: Line): Promise<void> {
    const [live] = await this.db.query("SELECT * FROM vicidial_live_agents WHERE user = ? AND server_ip = ?", [
      line.user,
      line.server_ip,
    ]);
    if (live === undefined) {
      await this.db.query(
        "INSERT INTO vicidial_live_agents SET ?, status = 'READY', lead_id = 0, comments = 'REMOTE'",
        [{ ...line, extension: `R/${line.user}` }],
      );
    } else if (live["conf_exten"] !== line.conf_exten || live["campaign_id"] !== line.campaign_id) {
      if (Number(live["lead_id"]) > 0) this.flipped.push(line.user);
      await this.db.query("UPDATE vicidial_live_agents SET ?, status = 'READY' WHERE user = ?", [line, line.user]);
    }
  }

  private async end(wanted: readonly Line[]): Promise<void> {
    const over = await this.db.query(
      "SELECT user FROM vicidial_live_agents WHERE lead_id > 0 AND callerid = '' AND comments = 'REMOTE'",
    );
    for (const { user } of over) {
      const status = wanted.some((line) => line.user === user) ? "READY" : "PAUSED";
      await this.db.query("UPDATE vicidial_live_agents SET status = ?, lead_id = 0 WHERE user = ?", [status, user]);
    }
    await this.db.query(
      "DELETE FROM vicidial_live_agents WHERE status = 'PAUSED' AND lead_id = 0 AND extension LIKE 'R/%'",
    );
  }
}
