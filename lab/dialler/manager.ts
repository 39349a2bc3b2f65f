import { z } from "zod";
import { messageOf } from "../../core/refusal";
import type { Calls, ManagerAction } from "./calls/contract";
import type { DiallerDatabase } from "./database";
import type { Log } from "../../core/log";
import { text } from "../../core/columns";

const commandColumns = ["b", "c", "d", "e", "f", "g", "h", "i", "j", "k"].map((letter) => `cmd_line_${letter}`);

const rowSchema = z
  .object({ man_id: z.coerce.number(), action: text, callerid: text })
  .and(z.record(z.string(), z.unknown()));

export interface ManagerContext {
  database: DiallerDatabase;
  ip: string;
  calls: Pick<Calls, "act" | "listening">;
  log: Log;
}

/**
 * VICIdial's sender, one round of it (every 0.1 s): hands each `NEW` row of this server to AMI, the dialling program's
 * own and those of others (an admin page's test call, docs/facts/vicidial.md#saving-campaigns), in their order. A row
 * counts as SENT before Asterisk has answered, so a refused Originate shows nowhere but in the log.
 */
export function managerTurn({ database, ip, calls, log }: ManagerContext): () => Promise<void> {
  return async () => {
    // Without a listener the real sender ends: rows wait as NEW.
    while (calls.listening) {
      const { affected } = await database.run(
        "UPDATE vicidial_manager SET status = 'QUEUE' WHERE server_ip = ? AND status = 'NEW' ORDER BY man_id LIMIT 1",
        [ip],
      );
      if (affected === 0) return;
      const rows = await database.rows(
        rowSchema,
        "SELECT * FROM vicidial_manager WHERE server_ip = ? AND status = 'QUEUE' ORDER BY man_id",
        [ip],
      );
      for (const row of rows) {
        const action = managerAction(row);
        const dead = await isDead(database, ip, action);
        await database.run("UPDATE vicidial_manager SET status = ? WHERE man_id = ?", [
          dead ? "DEAD" : "SENT",
          action.manId,
        ]);
        if (dead) log("action not sent, its call is over", { manId: action.manId, action: action.name });
        // Not awaited: one silent answer must not hold up the next call.
        else void send(calls, action, log);
      }
    }
  };
}

/** The action that a row describes: each command column holds one `Name: value`. Line ends are taken out of values, or they would begin another header. */
export function managerAction(row: z.infer<typeof rowSchema>): ManagerAction {
  const headers = commandColumns.flatMap((column) => {
    const line = text.parse(row[column] ?? "").replaceAll(/[\r\n]+/g, " ");
    const colon = line.indexOf(":");
    return colon < 0 ? [] : [[line.slice(0, colon).trim(), line.slice(colon + 1).trim()] as const];
  });
  return { manId: row.man_id, name: row.action, headers, callerId: row.callerid };
}

/** A hang-up or redirect of a call that the listener has seen end; recordings (8309, 8310) are sent all the same. */
async function isDead(database: DiallerDatabase, ip: string, action: ManagerAction): Promise<boolean> {
  if (!/Hangup|Redirect/.test(action.name)) return false;
  if (action.headers.some(([name, value]) => name === "Exten" && ["8309", "8310"].includes(value))) return false;
  const row = await database.row(
    z.object({ count: z.coerce.number() }),
    "SELECT COUNT(*) AS count FROM vicidial_manager WHERE server_ip = ? AND callerid = ? AND status = 'DEAD'",
    [ip, action.callerId],
  );
  return (row?.count ?? 0) > 0;
}

async function send(calls: Pick<Calls, "act">, action: ManagerAction, log: Log): Promise<void> {
  const about = { manId: action.manId, action: action.name, call: action.callerId };
  try {
    const answer = await calls.act(action);
    log(answer.ok ? "action sent" : "action refused", { ...about, message: answer.message });
  } catch (thrown) {
    log("action lost", { ...about, reason: messageOf(thrown) });
  }
}
