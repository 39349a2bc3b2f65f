import type { AmiLink, AmiMessage } from "../../../core/protocols/ami";
import { messageOf } from "../../../core/refusal";
import { callIdIn } from "./callId";
import type { CallsContext } from "./contract";
import type { Value } from "../database";

/** A statement that an event asks for. */
type Statement = readonly [sql: string, values: readonly Value[]];

const UPDATED =
  "UPDATE vicidial_manager SET status = 'UPDATED', channel = ?, uniqueid = ? WHERE server_ip = ? AND callerid = ?";

/** What VICIdial's listener writes to the row of the Originate as its channels come up, ring, are answered and hang up. */
export function statementFor(event: AmiMessage, serverIp: string): Statement | undefined {
  const channel = event["channel"] ?? "";
  const uniqueid = event["uniqueid"] ?? "";
  const callId = callIdIn(event["calleridname"], event["connectedlinename"]) ?? event["calleridname"] ?? "";
  const local = channel.startsWith("Local/");
  if (callId === "" || callId === "<unknown>") {
    if (event["event"] !== "Hangup") return undefined;
  }
  switch (event["event"]) {
    case "Newstate":
      if (event["channelstatedesc"] === "Dialing")
        return [UPDATED.replace("'UPDATED'", "'SENT'"), [channel, uniqueid, serverIp, callId]];
      if (local || !/Ringing|Up/.test(event["channelstatedesc"] ?? "")) return undefined;
      return [`${UPDATED} AND status != 'NEW'`, [channel, uniqueid, serverIp, callId]];
    case "NewCallerid":
      return local ? [UPDATED, [channel, uniqueid, serverIp, callId]] : undefined;
    case "Hangup":
      if (local) return undefined;
      return [
        "UPDATE vicidial_manager SET status = 'DEAD', channel = ? WHERE server_ip = ? AND uniqueid = ? AND cmd_line_d NOT IN ('Exten: 8309', 'Exten: 8310')",
        [channel, serverIp, uniqueid],
      ];
    default:
      return undefined;
  }
}

/** Hears Asterisk's events; returns how to stop. One statement after another, in the order of the events. */
export function listen(ami: AmiLink, { database, settings, log }: CallsContext): () => Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  const write = (event: AmiMessage): void => {
    const statement = statementFor(event, settings.ip);
    if (!statement) return;
    last = last
      .then(() => database.run(...statement))
      .catch((thrown: unknown) => log("event not written", { event: event["event"], reason: messageOf(thrown) }));
  };
  const stops = ["Newstate", "NewCallerid", "Hangup"].map((event) => ami.on(event, write));
  stops.push(
    ami.on("OriginateResponse", ({ response, channel, exten, reason, calleridname }) => {
      if (response !== "Success") log("originate failed", { channel, exten, reason, callId: calleridname });
    }),
  );
  return async () => {
    for (const stop of stops) stop();
    await last;
  };
}
