import type { DiallerDatabase } from "../database";
import type { Log } from "../../../core/log";
import type { DiallerSettings } from "../settings";

/**
 * What the two halves of the daemon know of each other. The database side (registration, configuration, remote agents,
 * hopper, dialling) decides and writes rows; the call side speaks AMI and AGI with the Asterisk of this container.
 *
 * | table | database side | call side |
 * |---|---|---|
 * | `vicidial_manager` | inserts Originates, takes every `NEW` row of this server in order of `man_id`, hands it to {@link Calls.act}, writes `SENT` | writes `UPDATED`, `DEAD`, channel and uniqueid from AMI events, as VICIdial's listener |
 * | `vicidial_auto_calls` | inserts `SENT`; deletes dead calls and `SENT` rows older than 2 minutes | call id, `LIVE`, `XFER`, deletes at hang-up |
 * | `vicidial_live_agents` | lines, `QUEUE` → `INCALL`, end of call, lag sweep | `READY` → `QUEUE` when the routing AGI picks a line |
 * | `vicidial_list`, `vicidial_log` | `XFER` by the `QUEUE` → `INCALL` pass, `NA`/`AB`/`ADC`/`DROP` of dead calls | `PU`, `DROP`, `AA`, … of the AGIs and of the hang-up |
 * | `call_log`, `vicidial_carrier_log`, `vicidial_amd_log`, `recording_log`, `vicidial_remote_agent_log`, `cid_channels_recent`, `live_channels`, `live_sip_channels` | reads | writes |
 */
export interface CallsContext {
  /** The pool of the daemon (account `cron`, non-strict session). The call side does not end it. */
  database: DiallerDatabase;
  settings: DiallerSettings;
  /** One JSON line per event on stdout. */
  log: Log;
}

/** One action for AMI, as a row of `vicidial_manager` says it: `action` and `cmd_line_b` … `cmd_line_k` that are not empty. */
export interface ManagerAction {
  /** `vicidial_manager.man_id`; the ActionID to use, so that logs can be joined. */
  manId: number;
  /** `Originate`, `Hangup`, `Redirect`, `Command`, … */
  name: string;
  /** Headers in order, for example `["Channel", "Local/97973035500914@default"]`. Values hold no CR or LF. */
  headers: readonly (readonly [name: string, value: string])[];
  /** `vicidial_manager.callerid`: the V-code of a call placed by the dialler. */
  callerId: string;
}

/** What Asterisk said to an action. A refused Originate ("Extension does not exist.") leaves no trace but this and the log. */
interface ManagerAnswer {
  ok: boolean;
  /** `Message:` of the response. */
  message: string;
}

/**
 * What Asterisk is to load again after its files changed. `dialplan` is `dialplan reload`; the others are the modules
 * that own the file: `sip` = chan_sip, `pjsip` = res_pjsip and the PJSIP wizard, `iax2` = chan_iax2.
 */
export type Reloadable = "dialplan" | "sip" | "pjsip" | "iax2";

/** The call side as the database side sees it. */
export interface Calls {
  /**
   * Sends the action and waits for its response (own deadline 5 s). Rejects only when AMI is away or silent; the row has
   * been marked `SENT` by then, as VICIdial does, and is not sent again.
   */
  act(action: ManagerAction): Promise<ManagerAnswer>;
  /**
   * Reloads and resolves when Asterisk has done so. Rejects when AMI is away: the configuration side tries again at its
   * next turn, because a file that is new and not loaded is the one failure that VICIdial does not notice.
   */
  reload(what: readonly Reloadable[]): Promise<void>;
  /**
   * True while AMI is connected. VICIdial's remote-agent program ends when no listener runs
   * (docs/facts/vicidial.md#lines), so without it no line is made or refreshed.
   */
  readonly listening: boolean;
  /** Stops servers and connections within 3 s. */
  close(): Promise<void>;
}

/**
 * Starts FastAGI (4577), the routing AGIs, AMI. Resolves as soon as they are set up; AMI may connect later and
 * reconnects by itself. Exported by `lab/dialler/calls/index.ts` as `startCalls`.
 */
export type StartCalls = (context: CallsContext) => Promise<Calls>;
