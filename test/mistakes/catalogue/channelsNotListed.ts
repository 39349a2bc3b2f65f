import { ofOneList, type Mistake } from "../support/mistake";
import type { Site } from "../support/site";
import { over } from "../support/seen";

/**
 * In the lab it is one program with the listener and cannot be stopped alone: so what it writes about this customer is as old as
 * what it wrote before it stopped.
 */
const TRIGGER = "mistake_channels_not_listed";

async function asRoot(site: Site, sql: string): Promise<void> {
  const failed = await site.lab.exec("database", ["mariadb", "asterisk", "-e", sql]);
  if (failed.trim() !== "") throw new Error(`${sql}: ${failed}`);
}

export const mistake: Mistake = {
  title: "The program that lists the channels is down",
  group: "The customer answers and the AI is not there",
  sources: ["silent mistake 31"],
  cause: "AST_update does not run on the dialler, so `cid_channels_recent` has no rows.",
  symptom: "Every answered customer hears nothing and is cut off after two seconds; the leads stay NEW or become NA.",
  look: "`cid_channels_recent` (or `cid_channels_recent_<address>`) has no fresh rows while calls are up.",
  fix: "Start it: the keepalive program, and its code in `VARactive_keepalives`.",
  ...ofOneList,
  customers: [],
  async seen(site) {
    const { id } = await site.call("14");
    const callId = String(id).padStart(10, "0");
    await asRoot(
      site,
      `CREATE OR REPLACE TRIGGER ${TRIGGER} BEFORE INSERT ON cid_channels_recent FOR EACH ROW SET NEW.call_date = IF(CONCAT(NEW.caller_id_name, NEW.connected_line_name) LIKE '%${callId}%', '2000-01-01', NEW.call_date)`,
    );
    const customer = await over(site);
    expect(customer).toMatchObject({ endedBy: "caller", answeredAt: expect.any(Number) as number, heard: [] });
    expect(["NEW", "NA"]).toContain((await site.row()).status);
    expect(await site.lab.edge.of(site.lead.phone)).toEqual([]);
  },
  async undo(site) {
    await asRoot(site, `DROP TRIGGER IF EXISTS ${TRIGGER}`);
  },
};
