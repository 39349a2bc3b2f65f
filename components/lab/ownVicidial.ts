import type { Refused } from "../../core/refusal";
import type { LabSettings } from "./settings";

/**
 * A VICIdial of the operator's own in the place of the lab's database and diallers. Its diallers must reach the lab's network,
 * which nothing outside this machine does: they run on this machine, or in containers that join the network.
 */
export interface OwnVicidial {
  /**
   * Its database, as a container of the lab reaches it: with it the lead service runs beside as well.
   * @default none: no lead service
   */
  leadDatabase?: LeadDatabase;
}

/** What the lead service reads: SELECT on `vicidial_list` is enough (docs/lead-service.md). */
export interface LeadDatabase {
  /** Host name or address. `localhost` would be the container itself. */
  host: string;
  /**
   * TCP port of MySQL or MariaDB.
   * @default 3306
   */
  port?: number;
  /** Account of the database. */
  user: string;
  /** Its password. Secret. */
  password: string;
  /**
   * Name of the database.
   * @default "asterisk"
   */
  name?: string;
}

/** Arguments of a lab that have to do with it. */
export type OwnArgument =
  | "database"
  | "telephony"
  | "telephony.diallers"
  | "telephony.diallerImage"
  | "ownVicidial"
  | `ownVicidial.leadDatabase.${"host" | "port" | "user" | "password"}`;
type Name = (argument: OwnArgument) => string;

/** What the parts of a lab do not go together with. `name` is how a setting is called where it was read. */
export function ownVicidialMistakes(lab: LabSettings, name: Name): Refused[] {
  const { database, ownVicidial, telephony } = lab;
  const own = name("ownVicidial");
  if (ownVicidial === undefined) {
    const rule = "a lab has a database, unless it runs beside a VICIdial of your own";
    return database === undefined ? [{ field: name("database"), rule, fix: `set it, or \`${own}\`` }] : [];
  }
  const leaveOut = (argument: OwnArgument, rule: string): Refused => ({
    ...{ field: name(argument), rule: `${rule} beside a VICIdial of your own (\`${own}\`)`, fix: "leave it out" },
  });
  return [
    ...(database === undefined ? [] : [leaveOut("database", "the lab has no database")]),
    ...(telephony?.diallers === undefined ? [] : [leaveOut("telephony.diallers", "the lab has no dialler")]),
    ...(telephony?.diallerImage === undefined ? [] : [leaveOut("telephony.diallerImage", "the lab has no dialler")]),
    ...(telephony === undefined
      ? [{ field: name("telephony"), rule: "nothing but it runs beside a VICIdial of your own", fix: "set it" }]
      : []),
    ...(ownVicidial.leadDatabase === undefined ? [] : leadDatabaseMistakes(ownVicidial.leadDatabase, name)),
  ];
}

function leadDatabaseMistakes({ host, port = 3306, user, password }: LeadDatabase, name: Name): Refused[] {
  const field = (part: "host" | "port" | "user" | "password"): string => name(`ownVicidial.leadDatabase.${part}`);
  const fix = "give it as a container of the lab reaches it, for example 10.20.30.5";
  return [
    ...(/^[A-Za-z0-9.:-]+$/.test(host)
      ? []
      : [{ field: field("host"), value: host, rule: "is a host name or an address", fix }]),
    ...(/^(localhost|127\..*|::1)$/.test(host)
      ? [{ field: field("host"), value: host, rule: "is the lead service's container itself", fix }]
      : []),
    ...(Number.isInteger(port) && port >= 1 && port <= 65535
      ? []
      : [{ field: field("port"), value: port, rule: "a TCP port is a whole number from 1 to 65535", fix: "mend it" }]),
    ...(user === ""
      ? [{ field: field("user"), rule: "must not be empty", fix: "name an account that may read leads" }]
      : []),
    ...(password === ""
      ? [{ field: field("password"), rule: "must not be empty", fix: "set the account's password" }]
      : []),
  ];
}
