import { firstUser } from "./bridge";
import type { Lab } from "./lab";

/** A line as its dialler's daemon lists it (`vicidial_live_agents`). */
export interface ListedLine {
  user: string;
  status: string;
  lead_id: number;
  server_ip: string;
}

/** The lines of bridge `n` that are listed, on whichever dialler. */
export async function listedLines(lab: Lab, n: number): Promise<ListedLine[]> {
  return lab.query<ListedLine>(
    "SELECT user, status, lead_id, server_ip FROM vicidial_live_agents WHERE user BETWEEN ? AND ? ORDER BY user",
    [firstUser(n), firstUser(n) + 19],
  );
}

/** The remote agents of bridge `n`, by dialler. */
export async function remoteAgents(
  lab: Lab,
  n: number,
): Promise<{ server_ip: string; status: string; number_of_lines: number; user_start: string }[]> {
  return lab.query(
    "SELECT server_ip, status, number_of_lines, user_start FROM vicidial_remote_agents WHERE user_start BETWEEN ? AND ? ORDER BY INET_ATON(server_ip)",
    [firstUser(n), firstUser(n) + 19],
  );
}
