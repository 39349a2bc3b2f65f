/** What a FastAGI server grants one connection. Sizes are bytes, times milliseconds. */
export interface FastAgiLimits {
  /** Lines of the environment: Asterisk sends some 25 and one per argument, of which it takes 128. */
  environmentLines: number;
  /** The whole environment. */
  environmentBytes: number;
  /** Time from the connection until the environment is complete. */
  environmentMs: number;
  /** One line from Asterisk, and one reply over several lines. */
  lineBytes: number;
  /**
   * One command with its newline. Asterisk reads commands into 2,048 bytes: what is longer is split, and its rest would
   * be run as a command of its own (docs/facts/asterisk.md#agi).
   */
  commandBytes: number;
  /** Life of a session, environment included; `Infinity` for one that accompanies a call. */
  sessionMs: number;
  /** Sessions at the same time; a further connection is closed at once, and its call goes on without the service. */
  sessions: number;
}

export const DEFAULT_LIMITS: FastAgiLimits = {
  environmentLines: 192,
  environmentBytes: 32_768,
  environmentMs: 2_000,
  lineBytes: 8_192,
  commandBytes: 1_024,
  sessionMs: 30_000,
  sessions: 200,
};

/** The longest command that may be allowed: well below the 2,047 bytes after which Asterisk splits it. */
export const LONGEST_COMMAND_BYTES = 1_920;
