import { z } from "zod";
import { typedExtensionProblem } from "../../asterisk";
import { refuse, says } from "../../../core/schema/problems";

/**
 * Field types that several resources share. Each says its rule, and where the rule comes from, in the operator's words:
 * what VICIdial would do with a value that breaks it is mostly nothing at all, silently
 * (docs/facts/vicidial.md#silent-mistakes).
 */

/**
 * A string of digits, also written as a number. `max` digits fit the column.
 *
 * @example
 * digits(20).parse(979719895551234) // "979719895551234"
 */
export function digits(max: number, min = 1) {
  const length = min === max ? `${max} digits` : `${min} to ${max} digits`;
  return numberOrText.pipe(
    z.string().regex(new RegExp(`^[0-9]{${min},${max}}$`), {
      error: `must be ${length} and nothing else (no +, spaces or letters)`,
    }),
  );
}

/** YAML writers leave out the quotes of an id that looks like a number; both forms mean the same. */
const numberOrText = z
  .union([z.string(), z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER)], {
    error: "must be text or a whole number",
  })
  .transform(String);

/**
 * What a remote agent dials, digits only: column `vicidial_remote_agents.conf_exten` VARCHAR(20). A host would be cut off
 * silently by a production server (docs/facts/vicidial.md#remote-agent-columns), so it is refused with where it lives.
 *
 * @example
 * remoteExtension.parse("979719895551234")
 */
export const remoteExtension = numberOrText.pipe(
  z.string().superRefine((typed, context) => {
    const problem = typedExtensionProblem("extension", typed);
    if (problem !== undefined) refuse(context, [], problem);
  }),
);

/**
 * User id of an agent line. Line n of a remote agent runs as `user_start + n`, a numeric addition in the dialler's
 * daemon: text becomes 0, leading zeros are lost, ids of one digit are skipped (docs/facts/vicidial.md#line-users). Nine
 * digits fit the admin page's field. Columns `vicidial_users.user`, `vicidial_remote_agents.user_start`.
 */
export const agentUser = numberOrText.pipe(
  z.string().regex(/^[1-9][0-9]{1,8}$/, {
    error: "must be 2 to 9 digits without a leading zero (10 to 999999999): VICIdial counts the lines up from it",
  }),
);

/**
 * IPv4 address of one dialler, as in `servers.server_ip` (VARCHAR(15): no host name, no IPv6). `0.0.0.0` is refused: each
 * dialler's daemon runs only the remote agents of its own address, so they would never be READY
 * (docs/facts/vicidial.md#never-ready).
 */
export const diallerIp = z
  .ipv4({ error: "must be the IPv4 address of a dialler as VICIdial's Servers page shows it (no host name, no IPv6)" })
  .refine(
    (ip) => ip !== "0.0.0.0",
    says(
      '0.0.0.0 ("all servers") never becomes READY: each dialler runs only the remote agents of its own address',
      "declare one per dialler",
    ),
  );

/**
 * Campaign id, 2 to 8 characters. Column `vicidial_campaigns.campaign_id` VARCHAR(8); the admin page keeps letters,
 * digits, `-` and `_` (docs/facts/vicidial.md#what-a-save-keeps).
 */
export const campaignId = z
  .string()
  .regex(/^[-_0-9a-zA-Z]{2,8}$/, { error: "must be 2 to 8 letters, digits, - or _ (vicidial_campaigns.campaign_id)" });

/**
 * Carrier id, 2 to 15 characters. Column `vicidial_server_carriers.carrier_id` VARCHAR(15)
 * (docs/facts/vicidial.md#what-a-save-keeps).
 */
export const carrierId = z.string().regex(/^[-_0-9a-zA-Z]{2,15}$/, {
  error: "must be 2 to 15 letters, digits, - or _ (vicidial_server_carriers.carrier_id)",
});

/** User group, 2 to 20 characters. Column `vicidial_user_groups.user_group` VARCHAR(20); `---ALL---` where a column means all. */
export const userGroup = z.string().regex(/^[-_0-9a-zA-Z]{2,20}$/, {
  error: "must be 2 to 20 letters, digits, - or _ (vicidial_user_groups.user_group)",
});

/** In-group (`vicidial_inbound_groups.group_id` VARCHAR(20)), as in closer campaigns and drop actions. */
export const inboundGroup = z.string().regex(/^[-_0-9a-zA-Z]{2,20}$/, {
  error: "must be 2 to 20 letters, digits, - or _ (vicidial_inbound_groups.group_id)",
});

/**
 * A name for people, `min` to `max` characters on one line. Quotes, backslashes and semicolons do not survive a save in
 * the admin page (docs/facts/vicidial.md#what-a-save-keeps), so they are refused here rather than drift later.
 */
export function displayName(max: number, min = 2) {
  return z
    .string()
    .refine(
      (name) =>
        name.trim() === name &&
        Array.from(name).length >= min &&
        Array.from(name).length <= max &&
        /^[^\p{Cc}"'\\;]*$/u.test(name),
      {
        error: `must be ${min} to ${max} characters on one line, without quotes, backslash or semicolon, and without spaces at the ends`,
      },
    );
}

/**
 * Routing extensions that hand an answered customer to VICIdial's agents (docs/facts/vicidial.md#routing-extensions):
 * 8364-8369 and 8373-8375. Any other `campaign_vdad_exten` bypasses remote agents; on Asterisk 12 and later no call is
 * placed at all (docs/facts/vicidial.md#a-dial-string-as-routing-extension).
 */
export const ROUTING_EXTENSIONS = ["8364", "8365", "8366", "8367", "8368", "8369", "8373", "8374", "8375"] as const;

/** One of {@link ROUTING_EXTENSIONS}, also written as a number. Column `vicidial_campaigns.campaign_vdad_exten`. */
export const routingExtension = numberOrText.pipe(
  z.enum(ROUTING_EXTENSIONS, {
    error: `must be one of ${ROUTING_EXTENSIONS.join(", ")}: 8368 without, 8369 with answering machine detection`,
  }),
);
