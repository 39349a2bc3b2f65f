import { aiCarrier, sipEdge } from "../../../providers/asterisk";
import { acceptance, type Args } from "../../kit/acceptance";
import { freshDatabase } from "../../kit/database";

const PASSWORD = "telephony-password-7351";

acceptance("VicidialCarrier", async () => {
  const db = await freshDatabase({ schema: "1720" });
  const dialplan = (number: string) =>
    aiCarrier({ aiPrefix: "9797", routeNumber: number, stack: "pjsip", account: "sigmamind" }).dialplanEntry;
  const edge = (i: number) =>
    sipEdge({
      account: `edge${i}`,
      stack: "pjsip",
      host: "10.0.0.9",
      transport: "tls",
      srtp: true,
      bindPort: 5100 + i,
    });
  const set = (assignment: string) => async (args: Args) => {
    await db.query(`UPDATE vicidial_server_carriers SET ${assignment} WHERE carrier_id = ?`, [args["carrierId"]]);
  };
  await db.query("INSERT INTO vicidial_conf_templates (template_id, template_name) VALUES ('TLS', 'TLS phones')");
  return {
    class: "VicidialCarrier",
    env: db.env,
    base: (i) => ({
      ...{ carrierId: `SIGMA${i}`, name: `Sigma ${i}`, description: `voicebridge:sigma-${i}`, protocol: "PJSIP" },
      ...{
        accountEntry: `${edge(i).accountEntry}\n[auth${i}]\ntype=auth\npassword=${PASSWORD}`,
        globalsString: `SIGMA${i} = edge${i}`,
      },
      ...{ dialplanEntry: dialplan(`+1989555${1000 + i}`), serverIp: "0.0.0.0" },
    }),
    changes: [
      { field: "carrierId", to: (i: number) => `OTHER${i}`, replaces: true },
      { field: "name", to: "Other name" },
      { field: "description", to: "voicebridge:renamed" },
      { field: "protocol", to: "PJSIP_WIZ" },
      { field: "registrationString", to: `register => me:${PASSWORD}@10.0.0.9` },
      { field: "templateId", to: "TLS" },
      { field: "accountEntry", to: (i: number) => edge(50 + i).accountEntry },
      { field: "globalsString", to: undefined },
      { field: "dialplanEntry", to: dialplan("+19895552222") },
      { field: "serverIp", to: "10.20.30.12" },
      { field: "active", to: false },
      { field: "userGroup", to: "ADMIN" },
      { field: "adopt", to: true },
    ],
    columns: [
      { property: "name", change: set("carrier_name = 'By hand'") },
      { property: "description", change: set("carrier_description = 'by hand'") },
      { property: "protocol", change: set("protocol = 'SIP'") },
      { property: "templateId", change: set("template_id = 'NONE'") },
      { property: "globalsString", change: set("globals_string = 'X = y'") },
      { property: "dialplanEntry", change: set("dialplan_entry = 'exten => 5,1,Hangup()'") },
      { property: "serverIp", change: set("server_ip = '10.20.30.11'") },
      { property: "active", change: set("active = 'N'") },
      { property: "userGroup", change: set("user_group = 'ADMIN'") },
    ],
    conflict: {
      change: set("globals_string = 'SOMEBODY = else'"),
      message: "`vicidial_server_carriers.globals_string`",
    },
    stored: async ({ carrierId }) => {
      const [row] = await db.query("SELECT * FROM vicidial_server_carriers WHERE carrier_id = ?", [carrierId]);
      return (
        row && {
          ...{ carrierId: row["carrier_id"], name: row["carrier_name"], description: row["carrier_description"] },
          ...{ protocol: row["protocol"], templateId: row["template_id"], globalsString: row["globals_string"] },
          ...{ dialplanEntry: row["dialplan_entry"], serverIp: row["server_ip"], active: row["active"] === "Y" },
          userGroup: row["user_group"],
        }
      );
    },
    deleteByHand: async ({ carrierId }) => {
      await db.query("DELETE FROM vicidial_server_carriers WHERE carrier_id = ?", [carrierId]);
    },
    adopt: {
      makeByHand: async ({ carrierId }) => {
        await db.query(
          "INSERT INTO vicidial_server_carriers (carrier_id, carrier_name, template_id, account_entry, protocol, server_ip, active, carrier_description) VALUES (?, 'By hand', '--NONE--', ?, 'SIP', '10.20.30.11', 'Y', 'made by hand')",
          [carrierId, `[byhand]\ntype=peer\nsecret=${PASSWORD}`],
        );
      },
      refusal: "Choose another id, or take the carrier over with `adopt: true`.",
      removeByHand: async ({ carrierId }) => {
        // Put back as it was, or the row would not be there any more to remove.
        const restored = await db.query(
          "SELECT 1 FROM vicidial_server_carriers WHERE carrier_id = ? AND carrier_name = 'By hand' AND protocol = 'SIP' AND carrier_description = 'made by hand' AND dialplan_entry IS NULL",
          [carrierId],
        );
        expect(restored).toHaveLength(1);
        await db.query("DELETE FROM vicidial_server_carriers WHERE carrier_id = ?", [carrierId]);
      },
    },
    badInputs: [
      { args: { name: "x" }, message: "must be 2 to 50 letters, digits, spaces and - . , _" },
      { args: { dialplanEntry: "exten => 5,1,NoOp(it's)" }, message: "line 1 holds an apostrophe (')" },
      { args: { accountEntry: `[x]\npassword=${PASSWORD};x` }, message: "line 2 holds a semicolon (;)" },
      { args: { globalsString: "T = SIP/me:hidden-word@x" }, message: "holds a password, which would stand in clear" },
      {
        args: { dialplanEntry: "[mine]\nexten => s,1,Hangup()" },
        message: "opens [mine] and does not reopen [vicidial-auto-external]",
      },
      { args: { carrierId: "TELCO" }, message: '`carrierId` "TELCO": a carrier with this id exists' },
      { args: { serverIp: "10.9.9.9" }, message: '`serverIp` "10.9.9.9": there is no server with this address' },
      {
        args: { dialplanEntry: "exten => _9797X.,1,Hangup()" },
        message:
          '`dialplanEntry` "_9797X.": Asterisk takes it and _9797X. of carrier TELCO for one extension of [vicidial-auto-external]',
      },
    ],
    unknown: ["carrierId", "name", "dialplanEntry", "globalsString", "serverIp"],
    secrets: [db.password, PASSWORD],
    dump: async () => withoutFlags(await db.dump()),
    leaves: [/^\+ vicidial_admin_log: /],
    close: () => db.drop(),
  };
});

/** A dialler picks its rebuild flag up within the minute; here nobody does. */
function withoutFlags(dump: Record<string, string[]>): Record<string, string[]> {
  const { servers = [], ...rest } = dump;
  return { ...rest, servers: servers.map((row) => row.replace(/ rebuild_conf_files="?[YN]"?/, "")) };
}
