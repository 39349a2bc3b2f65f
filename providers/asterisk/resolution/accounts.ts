import type { Refused } from "../../../core/refusal";

/** What the account check needs of a carrier row. */
export interface CarrierAccount {
  carrierId: string;
  protocol: string;
  accountEntry: string;
}

/** A `[section]` of an account entry. */
interface AccountSection {
  name: string;
  /** `type=` of the section; chan_sip's peers and users and the wizard's sections are what other sections can collide with too. */
  type: string;
  settings: Readonly<Record<string, string>>;
}

/** Sections of an account entry, in order. Comments and lines before the first section are left out. */
export function accountSections(accountEntry: string): AccountSection[] {
  const sections: { name: string; settings: Record<string, string> }[] = [];
  for (const written of accountEntry.split(/\r\n|\n|\r/)) {
    const line = written.replace(/;.*$/, "").trim();
    const name = /^\[([^\]]+)\]/.exec(line)?.[1];
    if (name !== undefined) sections.push({ name, settings: {} });
    const [, key, value] = /^([^=[]+?)\s*=>?\s*(.*)$/.exec(line) ?? [];
    const current = sections.at(-1);
    if (key !== undefined && value !== undefined && current) current.settings[key.toLowerCase()] ??= value;
  }
  return sections.map(({ name, settings }) => ({ name, settings, type: settings.type?.toLowerCase() ?? "" }));
}

/**
 * Accounts of a carrier that another active carrier or a phone of the same dialler has already. In PJSIP this is worse than
 * it looks: one object of the same type and name twice, and Asterisk refuses the *whole* pjsip.conf for that type, so
 * after a restart no call of anybody works (seen on 16.28).
 *
 * @param phones accounts of the dialler's phones: `phones.extension` and `phones.protocol`.
 */
export function accountConflicts(
  candidate: CarrierAccount,
  others: readonly CarrierAccount[],
  phones: readonly { extension: string; protocol: string }[],
): Refused[] {
  const family = familyOf(candidate.protocol);
  const rivals = others.filter((one) => one.carrierId !== candidate.carrierId && familyOf(one.protocol) === family);
  const taken = [
    ...rivals.map((one) => ({ owner: `carrier ${one.carrierId}`, sections: accountSections(one.accountEntry) })),
    ...phones
      .filter((phone) => familyOf(phone.protocol) === family)
      .map(({ extension }) => ({ owner: `phone ${extension}`, sections: phoneSections(extension) })),
  ];
  const own = accountSections(candidate.accountEntry);
  const twice = own.filter((section, index) => own.slice(0, index).some((before) => collide(before, section, family)));
  return [
    ...twice.map((section) => conflict(section, "this text itself")),
    ...own.flatMap((section) => {
      const rival = taken.find(({ sections }) => sections.some((other) => collide(other, section, family)));
      return rival ? [conflict(section, rival.owner)] : [];
    }),
  ];
}

// The wizard's sections become endpoints of the same name, so both PJSIP protocols share one name space.
function familyOf(protocol: string): string {
  return protocol === "PJSIP_WIZ" ? "PJSIP" : protocol;
}

function phoneSections(extension: string): AccountSection[] {
  return ["endpoint", "aor"].map((type) => ({ name: extension, type, settings: {} }));
}

function collide(left: AccountSection, right: AccountSection, family: string): boolean {
  const sameName = left.name.toLowerCase() === right.name.toLowerCase();
  if (family !== "PJSIP") return sameName;
  if (left.type === "transport" && right.type === "transport") {
    const where = ({ settings }: AccountSection) => `${settings.protocol} ${settings.bind}`;
    return sameName || where(left) === where(right);
  }
  const kind = (type: string) => (type === "wizard" ? "endpoint" : type);
  return sameName && kind(left.type) === kind(right.type);
}

function conflict(section: AccountSection, owner: string): Refused {
  const { name, type, settings } = section;
  const port = type === "transport" ? ` (${settings.protocol} on ${settings.bind})` : "";
  return {
    field: "accountEntry",
    value: `[${name}]`,
    rule: `the account section${type === "" ? "" : ` of type ${type}`}${port} is defined by ${owner} already, and Asterisk takes only one`,
    fix:
      type === "transport"
        ? "choose another local port (`bindPort`), or share the edge"
        : "choose another account name, or share the edge",
  };
}
