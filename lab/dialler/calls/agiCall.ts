import { AgiClosedError, AgiCommandError, type AgiSession } from "../../../core/protocols/fastagi";
import { callIdIn } from "./callId";

/** One call as Asterisk describes it to an AGI. */
export interface AgiCall {
  /** `SIP/telco-00000003`, `Local/97973035500914@default-00000001;2` */
  channel: string;
  uniqueid: string;
  extension: string;
  priority: number;
  /** `agi_type`: `SIP`, `PJSIP`, `Local`. */
  type: string;
  /**
   * What VICIdial's programs call the caller id: the caller id name where it carries a call id, else the number. A V-code, or an
   * `M…` of a manual call, or just a number.
   */
  callerId: string;
}

/** Reads the environment; `connected` is the connected line's name where the dialplan passes it on. */
export function agiCall(session: AgiSession, connected?: string): AgiCall {
  const value = (name: string): string => session.env.get(`agi_${name}`) ?? "";
  const number = clean(value("callerid"));
  const name = clean(value("calleridname"));
  const nameCounts =
    /\d{18}/.test(name) || (name.length > 5 && (number === "" || /unknown|private|00000000|5551212/i.test(number)));
  return {
    channel: value("channel"),
    uniqueid: value("uniqueid"),
    extension: value("extension").replace(/['"\\;]/g, ""),
    priority: Number(value("priority")),
    type: value("type"),
    callerId: callIdIn(name, number, connected) ?? (nameCounts ? name : number),
  };
}

/** Quotes away, first word only. */
function clean(text: string): string {
  return text.replace(/["'\\;]/g, "").replace(/ .*/, "");
}

/** Whether the channel is still there: `CHANNEL STATUS` answers at least 1 (down, but available) for it. */
export async function isAlive(session: AgiSession): Promise<boolean> {
  try {
    return Number((await session.command("CHANNEL STATUS")).result) >= 1;
  } catch (thrown) {
    if (thrown instanceof AgiCommandError || thrown instanceof AgiClosedError) return false;
    throw thrown;
  }
}

/** Plays one sound or several (`first|second`). A sound that is missing is passed over, as `STREAM FILE` does. */
export async function play(session: AgiSession, sounds: string): Promise<void> {
  for (const sound of sounds.split("|").filter((one) => one !== "")) {
    if (session.hungUp.aborted) return;
    await session.command("STREAM FILE", sound, "").catch(ifRefused);
  }
}

/** Where the channel goes when the AGI ends. */
export async function goTo(session: AgiSession, context: string, extension: string): Promise<void> {
  await session.command("SET CONTEXT", context);
  await session.command("SET EXTENSION", extension);
  await session.command("SET PRIORITY", "1");
}

/** Name and number of the caller, as the next leg's From will show them. */
export async function setCaller(session: AgiSession, name: string, number: string): Promise<void> {
  await session.command("SET CALLERID", `"${name}" <${number}>`);
}

export async function hangUp(session: AgiSession): Promise<void> {
  await session.command("HANGUP").catch(ifRefused);
}

/** Asterisk refuses most commands on a channel that has hung up (511); the programs go on to their rows all the same. */
export function ifRefused(thrown: unknown): void {
  if (!(thrown instanceof AgiCommandError)) throw thrown;
}
