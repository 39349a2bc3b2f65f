import { z } from "zod";
import { Refusal } from "../../../../core/refusal";
import { resource } from "../../../dynamic/resource";
import { adoption } from "../../change/adoption";
import { orHalfDone } from "../../change/halfDone";
import {
  chosenSecrets,
  findPhone,
  newPhoneRow,
  phoneInputs,
  phoneRow,
  type PhoneSecrets,
  secretsOf,
  type StoredPhone,
} from "./rows";
import { refuseUnusable, serversConcerned } from "./rules";
import { type Phone, phoneSchema } from "./schema";
import type { Audit, Change, Row, Vicidial } from "../../session";

const TABLE = "phones";

/** What the state remembers of a phone. */
const phoneMemory = z.object({
  /**
   * Password to type into the softphone (docs/facts/guide.md#testing-with-a-softphone); server and user are `serverIp`
   * and `extension`.
   */
  registrationSecret: z.string().default(""),
  /** Password of the phone's web login; its name is `login`. */
  loginPassword: z.string().default(""),
  /** The phone was there before: it is never deleted. */
  adopted: z.boolean().default(false),
});
export type PhoneMemory = z.infer<typeof phoneMemory>;

/** A phone that may register at a dialler, for a test call without a telephony carrier. */
export const phone = resource<Vicidial>()({
  kind: "vicidial:Phone",
  schema: phoneSchema,
  memory: phoneMemory,
  identity: ["extension", "serverIp"],
  secrets: ["sipSecret", "webPassword", "registrationSecret", "loginPassword"],

  async create(wanted, vicidial) {
    let memory = remembered(chosenSecrets(wanted, undefined), false);
    await orHalfDone(
      idOf(wanted),
      () => ({ ...memory }),
      () =>
        vicidial.locked(`phone ${idOf(wanted)}`, async (change) => {
          const live = await findPhone(change, wanted);
          if (live !== undefined && !wanted.adopt) throw taken(wanted);
          await refuseUnusable(change, wanted);
          if (live !== undefined) {
            memory = remembered(chosenSecrets(wanted, secretsOf(live)), true);
            await takeOver(change, wanted, live, secretsIn(memory), vicidial);
          } else await change.insert(TABLE, newPhoneRow(wanted, secretsIn(memory)), audit("ADD", wanted));
          await rebuild(change, wanted, vicidial);
        }),
    );
    return { id: idOf(wanted), ...memory };
  },

  async read(state, vicidial) {
    const row = await findPhone(vicidial, state);
    if (row === undefined) return undefined;
    return { inputs: phoneInputs(row), computed: remembered(secretsOf(row), state.adopted) };
  },

  async update(state, wanted, vicidial) {
    const secrets = chosenSecrets(wanted, secretsIn(state));
    const memory = remembered(secrets, state.adopted);
    await orHalfDone(
      state.id,
      () => ({ ...memory }),
      () =>
        vicidial.locked(`phone ${state.id}`, async (change) => {
          await refuseUnusable(change, wanted);
          const from = phoneRow(state, secretsIn(state));
          await change.update(TABLE, keyOf(wanted), from, phoneRow(wanted, secrets), audit("MODIFY", wanted));
          await rebuild(change, wanted, vicidial);
        }),
    );
    return memory;
  },

  async delete(state, vicidial) {
    await vicidial.locked(`phone ${state.id}`, async (change) => {
      if (state.adopted) {
        vicidial.report(`phone ${state.id} was there before this stack and is left as it is.`);
        return;
      }
      const deleted = await change.delete(TABLE, keyOf(state), audit("DELETE", state));
      if (deleted > 0) await rebuild(change, state, vicidial);
    });
  },
});

function idOf({ extension, serverIp }: Phone): string {
  return `${serverIp}/${extension}`;
}

function keyOf({ extension, serverIp }: Phone): Row {
  return { extension, server_ip: serverIp };
}

function remembered({ sipSecret, webPassword }: PhoneSecrets, adopted: boolean): PhoneMemory {
  return { adopted, registrationSecret: sipSecret, loginPassword: webPassword };
}

function secretsIn({ registrationSecret, loginPassword }: PhoneMemory): PhoneSecrets {
  return { sipSecret: registrationSecret, webPassword: loginPassword };
}

function taken(wanted: Phone): Refusal {
  return new Refusal({
    field: "extension",
    value: wanted.extension,
    rule: `dialler ${wanted.serverIp} has a phone with this extension already (phones)`,
    fix: "choose another extension, or take the phone over with `adopt: true`",
  });
}

async function takeOver(
  change: Change,
  wanted: Phone,
  live: StoredPhone,
  secrets: PhoneSecrets,
  vicidial: Vicidial,
): Promise<void> {
  const to = phoneRow(wanted, secrets);
  for (const line of adoption(`phone ${idOf(wanted)}`, TABLE, live, to)) vicidial.report(line);
  await change.update(TABLE, keyOf(wanted), live, to, audit("MODIFY", wanted));
}

/**
 * Has the servers concerned write their configuration anew, as the admin page does
 * (docs/facts/vicidial.md#saving-users-lists-and-phones).
 */
async function rebuild(change: Change, wanted: Phone, vicidial: Vicidial): Promise<void> {
  const flagged = await change.flagRebuild(await serversConcerned(change, wanted));
  if (flagged.includes(wanted.serverIp)) return;
  vicidial.report(
    `warning: server ${wanted.serverIp} does not write its Asterisk configuration from the database ` +
      `(servers.generate_vicidial_conf, active_asterisk_server): phone ${wanted.extension} works there only after it is configured by hand.`,
  );
}

function audit(type: Audit["type"], { extension }: Phone): Audit {
  return { section: "PHONES", type, recordId: extension, code: `ADMIN ${type} PHONE` };
}
