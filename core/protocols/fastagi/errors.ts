/** Asterisk refused a command: 510 unknown, 511 not on a dead channel, 520 wrong arguments. Names no argument, only the verb. */
export class AgiCommandError extends Error {
  override readonly name = "AgiCommandError";
  constructor(
    readonly verb: string,
    readonly code: number,
  ) {
    super(`Asterisk answered ${verb} with ${code}`);
  }
}

/** Why a session ended before its handler did. */
export type AgiEnd = "peer closed" | "deadline" | "protocol" | "connection" | "server closed";

/** The session has ended, so a command was not sent or its reply will not come. */
export class AgiClosedError extends Error {
  override readonly name = "AgiClosedError";
  constructor(
    readonly end: AgiEnd,
    detail: string,
  ) {
    super(`the AGI session has ended (${end}): ${detail}`);
  }
}

/** What the other side sent is not what Asterisk sends. Never quotes it: it may be a lead's data. */
export class AgiProtocolError extends Error {
  override readonly name = "AgiProtocolError";
}
