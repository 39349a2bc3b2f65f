import { setTimeout as sleep } from "node:timers/promises";
import {
  AmiError,
  connectAmi,
  type Ami,
  type AmiAddress,
  type AmiConnection,
  type AmiLink,
} from "../../../core/protocols/ami";
import type { Calls, ManagerAction, Reloadable } from "./contract";

/**
 * chan_sip reloads in a thread of its own, begins at once and does not say when it has done; a site with a hundred accounts takes
 * some ten milliseconds.
 */
const SIP_RELOAD_MS = 500;

/** How long a reload waits for an Asterisk that is only just starting, milliseconds. */
const START_MS = 10_000;

/** What PJSIP's own alias `pjsip reload` reloads: the stack, and the modules with sections of their own in pjsip.conf. */
const PJSIP_MODULES = [
  "res_pjsip.so",
  "res_pjsip_endpoint_identifier_ip.so",
  "res_pjsip_outbound_registration.so",
  "res_pjsip_config_wizard.so",
];

/** Asterisk gives up a host name after some 20 s, and a reload may look up several. */
const RELOAD_MS = 120_000;

/**
 * Actions and reloads of this container's Asterisk. Each reload has a session of its own: Asterisk answers the actions of one
 * session one after another, and a reload that looks up names in vain would hold up all calls. VICIdial types its reloads into
 * Asterisk's console, where they hold up no call either.
 */
export function asteriskCalls(ami: AmiLink, address: AmiAddress): Pick<Calls, "act" | "reload" | "close"> {
  let reloading: AmiConnection | undefined;
  return {
    async act(action) {
      try {
        const { message = "" } = await ami.action(action.name, headersOf(action));
        return { ok: true, message };
      } catch (thrown) {
        if (!(thrown instanceof AmiError) || thrown.reason !== "refused") throw thrown;
        return { ok: false, message: thrown.message.replace(`${action.name}: `, "") };
      }
    },
    async reload(what) {
      await Promise.race([ami.ready(), sleep(START_MS, undefined, { ref: false })]);
      const session = await connectAmi(address, { actionDeadline: RELOAD_MS });
      reloading = session;
      try {
        await session.action("Events", { EventMask: "off" });
        for (const one of what) await reloads[one](session);
      } finally {
        reloading = undefined;
        await session.close();
      }
    },
    async close() {
      await reloading?.close();
    },
  };
}

/**
 * The headers of an action. A header that comes twice is sent twice. An Originate is asynchronous: VICIdial gives every one a
 * connection of its own that blocks until the answer; here one connection serves them all. What Asterisk refuses at once, it
 * refuses in both ways.
 */
export function headersOf({ name, headers }: ManagerAction): Record<string, string | string[]> {
  const fields: Record<string, string | string[]> = name === "Originate" ? { Async: "true" } : {};
  for (const [header, value] of headers) {
    const before = fields[header];
    fields[header] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value];
  }
  return fields;
}

type Reload = (ami: Ami) => Promise<void>;

const command =
  (...lines: string[]): Reload =>
  async (ami) => {
    for (const line of lines) await ami.command(line);
  };

const reloads: Record<Reloadable, Reload> = {
  dialplan: command("dialplan reload"),
  sip: async (ami) => {
    await ami.command("sip reload");
    await sleep(SIP_RELOAD_MS);
  },
  pjsip: command(...PJSIP_MODULES.map((module) => `module reload ${module}`)),
  iax2: command("iax2 reload"),
};
