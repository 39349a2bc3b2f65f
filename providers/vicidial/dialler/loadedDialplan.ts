import { z } from "zod";
import { connectAmi, extensionsOf, type Ami, type ShownExtension } from "../../../core/protocols/ami";
import { diallerDialplan, nameOf, type LoadedExtension, type Owner } from "../../asterisk";
import type { ManagerAccount } from "./settings";
import { diallerConfiguration } from "../site/diallerConfiguration";
import type { Reader } from "../session";

/** What a dialler's Asterisk does with a dial string, beside what the database says that it should. */
export interface RenderedDialplan {
  /** The extension that answers now; `undefined`: none. */
  shown?: ShownExtension;
  /** How it differs from the database; empty: it is in force. */
  differences: string[];
  /** The extension that should answer does, if perhaps with other steps. */
  reached: boolean;
  /** When Asterisk last loaded its configuration, in its own words and clock. */
  reloadedAt?: string;
}

const port = z.object({ port: z.coerce.number().nullable() });

/** Asterisk prints a step into a bounded buffer, so only the beginning of a very long one can be compared. */
const COMPARED_CHARACTERS = 900;

/**
 * Asks a dialler's Asterisk, through its manager interface, which extension a dial string reaches from `[default]`, and
 * compares it with the one that its carriers in the database make.
 *
 * @throws AmiError where the manager interface cannot be reached or refuses.
 */
export async function renderedDialplan(
  reader: Reader,
  account: ManagerAccount,
  serverIp: string,
  dialled: string,
): Promise<RenderedDialplan> {
  const [wanted] = diallerDialplan(await diallerConfiguration(reader, serverIp)).find("default", dialled);
  const ami = await connectAmi({ ...(await placeOf(reader, account, serverIp)), ...loginOf(account) });
  try {
    const [shown] = await extensionsOf(ami, "default", dialled);
    const reloadedAt = await lastReload(ami);
    const differences = dialplanDifferences(wanted, shown);
    const reached = wanted !== undefined && shown !== undefined && sameExtension(wanted, shown);
    return { shown, differences, reached, ...(reloadedAt !== undefined && { reloadedAt }) };
  } finally {
    await ami.close();
  }
}

function loginOf({ user, secret }: ManagerAccount): { username: string; secret: string } {
  return { username: user, secret };
}

async function placeOf(
  reader: Reader,
  account: ManagerAccount,
  serverIp: string,
): Promise<{ host: string; port?: number }> {
  const elsewhere = account.addresses.get(serverIp);
  if (elsewhere?.port !== undefined) return elsewhere;
  const own = await reader.row(port, "SELECT telnet_port AS port FROM servers WHERE server_ip = ?", [serverIp]);
  return { host: elsewhere?.host ?? serverIp, port: account.port ?? (own?.port || undefined) };
}

async function lastReload(ami: Ami): Promise<string | undefined> {
  const status = await ami.action("CoreStatus");
  const [date, time] = [status["corereloaddate"], status["corereloadtime"]];
  return date === undefined || time === undefined ? undefined : `${date} ${time}`;
}

/** How an extension that Asterisk shows differs from the one that the database makes. Pure. */
export function dialplanDifferences(
  wanted: LoadedExtension<Owner> | undefined,
  shown: ShownExtension | undefined,
): string[] {
  if (wanted === undefined) return ["no active carrier of the database answers it"];
  const owner = wanted.priorities[0] && nameOf(wanted.priorities[0].owner);
  const expected = `${wanted.pattern.text} of ${owner ?? "nobody"} in [${wanted.context}]`;
  if (shown === undefined) return [`Asterisk has no extension for it; the database has ${expected}`];
  if (!sameExtension(wanted, shown))
    return [`Asterisk answers with ${shown.extension} in [${shown.context}]; the database has ${expected}`];
  // Of phones and VICIdial's own patterns only the names are known, not the steps.
  if (wanted.priorities[0]?.owner.kind !== "carrier") return [];
  return wanted.priorities.flatMap(({ priority, step }) => {
    if (priority === "hint") return [];
    const text = `${step.application}(${step.data})`;
    const found = shown.steps.find((one) => one.priority === priority)?.application;
    if (found !== undefined && sameStep(found, text)) return [];
    return [`priority ${priority}: Asterisk has ${found ?? "none"}; the database has ${text}`];
  });
}

function sameExtension(wanted: LoadedExtension<Owner>, shown: ShownExtension): boolean {
  // Context names are compared without case.
  return shown.context.toLowerCase() === wanted.context.toLowerCase() && shown.extension === wanted.pattern.text;
}

function sameStep(one: string, other: string): boolean {
  const compared = (text: string) => text.replace(/\s+/g, " ").trim().slice(0, COMPARED_CHARACTERS);
  return compared(one) === compared(other);
}
