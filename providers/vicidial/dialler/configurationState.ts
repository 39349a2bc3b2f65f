import { z } from "zod";
import type { Reader } from "../session";

/** What the database tells of a dialler's generated configuration: less than Asterisk itself knows. */
export interface ConfigurationState {
  /** The dialler writes its Asterisk configuration from the database at all (`generate_vicidial_conf`). */
  generates: boolean;
  /** A rebuild is asked for that the dialler has not taken up (`rebuild_conf_files`). */
  pending: boolean;
  /** The newest change of the carriers, by `vicidial_admin_log`; 0 where there is none. */
  lastChange: number;
  /** Seconds since then; `undefined` where there is none. */
  changedSecondsAgo?: number;
}

const server = z.object({ generates: z.string().nullable(), pending: z.string().nullable() });
const change = z.object({ id: z.coerce.number().nullable(), age: z.coerce.number().nullable() });

export async function configurationState(
  reader: Reader,
  serverIp: string,
  carrierIds: readonly string[],
): Promise<ConfigurationState> {
  const row = await flags(reader, serverIp);
  const newest = await reader.row(
    change,
    "SELECT MAX(admin_log_id) AS id, TIMESTAMPDIFF(SECOND, MAX(event_date), NOW()) AS age FROM vicidial_admin_log WHERE event_section = 'CARRIERS' AND record_id IN (?)",
    [carrierIds],
  );
  return {
    generates: row?.generates === "Y",
    pending: row?.pending === "Y",
    lastChange: newest?.id ?? 0,
    ...(typeof newest?.age === "number" && { changedSecondsAgo: newest.age }),
  };
}

/** Whether a rebuild is asked for that the dialler has not taken up. */
export async function rebuildPending(reader: Reader, serverIp: string): Promise<boolean> {
  return (await flags(reader, serverIp))?.pending === "Y";
}

function flags(reader: Reader, serverIp: string): Promise<z.output<typeof server> | undefined> {
  return reader.row(
    server,
    "SELECT generate_vicidial_conf AS generates, rebuild_conf_files AS pending FROM servers WHERE server_ip = ?",
    [serverIp],
  );
}

/**
 * A dialler looks at the rebuild flag once a minute (docs/facts/vicidial.md#configuration-files), so after that long an
 * old flag has been taken up.
 */
export const REBUILD_EVERY_SECONDS = 60;
