import type { Calls } from "./calls/contract";
import { configuration } from "./configuration";
import type { DiallerDatabase } from "./database";
import { diallingTurn } from "./dialling";
import { healthReport } from "./health";
import { hopperTurn } from "./hopper";
import type { Log } from "../../core/log";
import { loop } from "./loop";
import { managerTurn } from "./manager";
import { beat } from "./registration";
import { remoteAgentsTurn } from "./remoteAgents";
import type { DiallerSettings } from "./settings";

export interface DaemonContext {
  database: DiallerDatabase;
  settings: DiallerSettings;
  calls: Calls;
  log: Log;
}

/** Runs VICIdial's programs side by side until it is closed. The dialler is registered before. */
export function runPrograms({ database, settings, calls, log }: DaemonContext): { close(): Promise<void> } {
  const { ip, every } = settings;
  const context = { database, ip, calls, log };
  const directory = settings.configurationDirectory;
  const needed = ["configuration", "remote agents"];
  const healthy = healthReport({ file: settings.healthFile, needed, connected: () => calls.listening });
  const loops = [
    loop("heartbeat", 5000, () => beat(database, ip), log),
    loop("configuration", every.configuration, healthy("configuration", configuration({ ...context, directory })), log),
    loop("remote agents", every.remoteAgents, healthy("remote agents", remoteAgentsTurn(context)), log),
    loop("hopper", every.hopper, hopperTurn(context), log),
    loop("dialling", every.dialling, diallingTurn({ ...context, lagSeconds: settings.lagSeconds }), log),
    loop("manager", every.manager, managerTurn(context), log),
  ];
  return {
    async close() {
      await Promise.all(loops.map((one) => one.close()));
    },
  };
}
