import { z } from "zod";
import type { AmiLink, AmiMessage } from "../../../core/protocols/ami";
import { loop, type Loop } from "../loop";
import { callIdIn, isCallId } from "./callId";
import type { CallsContext } from "./contract";

/** How often Asterisk is asked for its channels, as often as VICIdial's own program asks. */
const EVERY_MS = 400;

/** How many looks between two clearings of rows that nobody asks for any more: some five minutes. */
const FORGET_TURNS = 750;

/** A Local channel of the dialler and the real channel behind it, both seen at one look. */
export interface Pair {
  name: string;
  connected: string;
  /** Near end of the Local channel. */
  channel: string;
  uniqueid: string;
  /** The customer's channel. */
  destChannel: string;
  destUniqueid: string;
  linkedid: string;
}

/**
 * Pairs that the look before has seen too. On a real system it takes about a second from the call to its row, so a
 * customer who answers faster is lost (docs/facts/vicidial.md#routing-prefix); with the second look it is 0.4 to 0.8
 * seconds here.
 */
export function seenTwice(now: readonly Pair[], before: readonly Pair[]): Pair[] {
  const known = new Set(before.map(({ destUniqueid }) => destUniqueid));
  return now.filter(({ destUniqueid }) => known.has(destUniqueid));
}

/** Joins Local and real channels by the call id in either's caller id or connected line name. */
export function pairs(channels: readonly AmiMessage[]): Pair[] {
  const found = new Map<string, Partial<Pair>>();
  for (const one of channels) {
    const name = known(one["calleridname"]);
    const connected = known(one["connectedlinename"]);
    const callId = callIdIn(name, connected);
    if (callId === undefined || connected === "") continue;
    const channel = one["channel"] ?? "";
    const uniqueid = one["uniqueid"] ?? "";
    const side = channel.startsWith("Local/")
      ? { channel, uniqueid }
      : { destChannel: channel, destUniqueid: uniqueid };
    found.set(callId, { ...found.get(callId), ...side, name, connected, linkedid: one["linkedid"] ?? "" });
  }
  return [...found.values()].filter(
    (pair): pair is Pair => pair.channel !== undefined && pair.destChannel !== undefined,
  );
}

const known = (name: string | undefined): string => (name === undefined || name === "<unknown>" ? "" : name);

/** A row of `live_channels` (trunks) or `live_sip_channels` (phones and Local channels). */
interface LiveChannel {
  table: "live_channels" | "live_sip_channels";
  channel: string;
  extension: string;
  group: string;
  data: string;
}

/** Where a channel is listed; undefined for kinds that VICIdial does not list. */
export function liveChannel(one: AmiMessage, phones: ReadonlySet<string>): LiveChannel | undefined {
  const channel = one["channel"] ?? "";
  if (!/^(IAX2|SIP|Local|DAHDI|PJSIP)/.test(channel)) return undefined;
  const data = one["applicationdata"] ?? "";
  const account = channel.replace(/^[^/]*\//, "").replace(/-[^-]*$/, "");
  return {
    table: channel.startsWith("Local") || phones.has(account) ? "live_sip_channels" : "live_channels",
    channel,
    extension: data.replace(/^(?:PJ)?SIP\//, "").replace(/-\S+$|[|,].*$/g, ""),
    group: known(one["calleridname"]).replace(/['";]/g, "").slice(0, 30),
    data,
  };
}

const phoneRow = z.object({ extension: z.string() });

/** Looks at Asterisk's channels and keeps the tables of them: what the routing prefix and the reports read. */
export function followChannels(ami: AmiLink, context: CallsContext): Loop {
  const { database, settings, log } = context;
  let listed = new Map<string, LiveChannel>();
  let before: readonly Pair[] = [];
  let cleared = false;

  const remember = async (pair: Pair): Promise<void> => {
    if (!(await database.has("cid_channels_recent"))) return;
    const sql =
      "INSERT INTO cid_channels_recent (caller_id_name, connected_line_name, server_ip, call_date, channel, dest_channel, linkedid, dest_uniqueid, uniqueid) " +
      "VALUES (?, ?, ?, NOW(), ?, ?, ?, ?, ?)";
    const { name, connected, channel, destChannel, linkedid, destUniqueid, uniqueid } = pair;
    // VICIdial's program fills the last two the wrong way round: `uniqueid` has the customer's channel's (seen on r3884).
    await database.run(sql, [name, connected, settings.ip, channel, destChannel, linkedid, uniqueid, destUniqueid]);
  };

  const list = async (channels: readonly AmiMessage[]): Promise<void> => {
    const phones = channels.length === 0 ? [] : await database.rows(phoneRow, PHONES, [settings.ip]);
    const names = new Set(phones.map(({ extension }) => extension));
    const live = channels.flatMap((one) => liveChannel(one, names) ?? []);
    const now = new Map(live.map((one) => [`${one.channel} ${one.extension}`, one]));
    for (const [key, { table, channel, extension }] of listed) {
      if (now.has(key)) continue;
      const sql = `DELETE FROM ${table} WHERE server_ip = ? AND channel = ? AND extension = ?`;
      await database.run(sql, [settings.ip, channel, extension]);
    }
    for (const [key, { table, channel, extension, group, data }] of now) {
      if (listed.has(key)) continue;
      const row = { channel, server_ip: settings.ip, extension, channel_group: group, channel_data: data };
      await database.insert(table, row);
    }
    listed = now;
  };

  return loop(
    "channels",
    EVERY_MS,
    async (turn) => {
      if (!ami.connected) return;
      if (turn % FORGET_TURNS === 0 && (await database.has("cid_channels_recent"))) {
        const sql = "DELETE FROM cid_channels_recent WHERE server_ip = ? AND call_date < NOW() - INTERVAL 2 MINUTE";
        await database.run(sql, [settings.ip]);
      }
      if (!cleared) {
        for (const table of ["live_channels", "live_sip_channels"])
          await database.run(`DELETE FROM ${table} WHERE server_ip = ?`, [settings.ip]);
        cleared = true;
      }
      const channels = await ami.list("CoreShowChannels");
      const paired = pairs(channels);
      for (const pair of seenTwice(paired, before)) await remember(pair);
      before = paired;
      await list(channels);
    },
    log,
  );
}

const PHONES = "SELECT extension FROM phones WHERE server_ip = ? AND active = 'Y'";

const destRow = z.object({ dest_channel: z.string() });

/**
 * The real channel behind a Local channel, of the last two minutes; asked once, no second try. Rows of the last two minutes
 * only, as many as the looks that saw the pair.
 */
export async function realChannelOf(
  { database, settings }: CallsContext,
  uniqueid: string,
  ...names: readonly string[]
): Promise<string | undefined> {
  const ids = names.filter(isCallId);
  if (ids.length === 0 || !(await database.has("cid_channels_recent"))) return undefined;
  const some = ids.map(() => "?").join(", ");
  const sql =
    `SELECT dest_channel FROM cid_channels_recent WHERE (caller_id_name IN (${some}) OR connected_line_name IN (${some})) ` +
    "AND (linkedid = ? OR dest_uniqueid = ? OR uniqueid = ?) AND server_ip = ? AND call_date > NOW() - INTERVAL 2 MINUTE LIMIT 1";
  const values = [...ids, ...ids, uniqueid, uniqueid, uniqueid, settings.ip];
  return (await database.row(destRow, sql, values))?.dest_channel;
}
