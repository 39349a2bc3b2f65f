import { setTimeout as sleep } from "node:timers/promises";

import type { FreshDatabase } from "./database";

/** What a dialler does with its configuration: its updater tells the time, its keepalive takes up a rebuild. */
export class FakeDialler {
  private running = true;
  private readonly ended: Promise<void>;
  /** The keepalive does not run until this is true. */
  keepalive = false;

  constructor(
    private readonly db: FreshDatabase,
    private readonly serverIp: string,
  ) {
    this.ended = this.loop();
  }

  async stop(): Promise<void> {
    this.running = false;
    await this.ended;
  }

  private async loop(): Promise<void> {
    while (this.running) {
      await this.db.query("REPLACE INTO server_updater (server_ip, last_update) VALUES (?, NOW())", [this.serverIp]);
      if (this.keepalive)
        await this.db.query("UPDATE servers SET rebuild_conf_files = 'N' WHERE server_ip = ?", [this.serverIp]);
      await sleep(50);
    }
  }
}
