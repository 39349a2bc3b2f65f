import { Dialplan, type LoadedExtension } from "./dialplan";
import { CARRIER_CONTEXT } from "../text/dialplanText";
import { DEFAULT_PATTERNS, diallerPatterns, EXTERNAL_PATTERNS, INTERNAL_PATTERNS } from "./knownPatterns";
import { parseDialplan, type ParsedDialplan, type Place } from "./parse";

/**
 * Protocols whose carriers VICIdial writes into the dialplan, in the order of the generated file. Zap and EXTERNAL never
 * are (docs/facts/vicidial.md#configuration-files).
 */
export const GENERATED_PROTOCOLS = ["IAX2", "SIP", "PJSIP_WIZ", "PJSIP"] as const;

/** What the resolver needs of a carrier row. */
export interface CarrierDialplan {
  carrierId: string;
  protocol: string;
  dialplanEntry: string;
}

/** What the resolver needs of a `phones` row: active, on this dialler, protocol SIP, PJSIP or IAX2. */
export interface PhoneDialplan {
  /** `phones.extension`, the account. */
  extension: string;
  /** `phones.dialplan_number`, what others dial. */
  dialplanNumber: string;
}

/** What a site adds to the generated dialplan by itself: `custom_dialplan_entry` of a server or of the whole system. */
export interface CustomDialplan {
  /** The server whose entry it is; none: `system_settings`. */
  serverIp?: string;
  entry: string;
}

/** Everything that one dialler's dialplan is generated from. */
export interface DiallerSources {
  /** Active carriers of this dialler: those of its own address and of `0.0.0.0`. Any order: VICIdial sorts by protocol and id. */
  carriers: readonly CarrierDialplan[];
  phones: readonly PhoneDialplan[];
  /** Addresses of all diallers, for the extensions through which they reach each other. Default none. */
  diallers?: readonly string[];
  /** The whole system's custom text and this dialler's, in this order. Default none. */
  custom?: readonly CustomDialplan[];
  /** `[default]`'s own extensions. Default: a stock server's. */
  defaultPatterns?: readonly string[];
}

/** Whose text an extension is from. */
export type Owner =
  | { kind: "default" }
  | { kind: "vicidial"; context: string }
  | { kind: "phone"; extension: string }
  | { kind: "custom"; serverIp?: string }
  | { kind: "carrier"; carrierId: string };

/** An extension that a dial string fits. */
export interface Match {
  owner: Owner;
  context: string;
  /** Extension or pattern as its owner wrote it. */
  pattern: string;
}

/** Where a dial string goes. */
export interface Resolution extends Match {
  /** Why this one, in a sentence. */
  why: string;
  /** What else fits and is not reached, in the order in which Asterisk would have tried it. */
  shadows: Match[];
  /** Owners whose surplus priorities were appended to this extension. */
  appended: Owner[];
}

/** A dialler's dialplan as VICIdial generates it and Asterisk loads it. `texts`: its carriers, where they are read already. */
export function diallerDialplan(sources: DiallerSources, texts = generatedTexts(sources.carriers)): Dialplan<Owner> {
  const dialplan = new Dialplan<Owner>();
  const known = (context: string, patterns: readonly string[], owner: Owner) => {
    for (const extension of patterns) {
      dialplan.add({ context, extension, priority: 1, application: "NoOp", data: "" }, owner);
    }
  };
  const custom = sources.custom ?? [];
  // They come first in the file that extensions.conf reads before its own `[default]`: where one opens that context, it
  // is before everything else there.
  for (const one of custom) addCustom(dialplan, one);
  dialplan.include("default", "vicidial-auto");
  for (const included of ["vicidial-auto-internal", "vicidial-auto-phones", CARRIER_CONTEXT]) {
    dialplan.include("vicidial-auto", included);
  }
  for (const one of [...custom].reverse()) dialplan.include("vicidial-auto", customContext(one));
  known("default", sources.defaultPatterns ?? DEFAULT_PATTERNS, { kind: "default" });
  known("vicidial-auto-internal", INTERNAL_PATTERNS, { kind: "vicidial", context: "vicidial-auto-internal" });
  for (const { extension, dialplanNumber } of sources.phones) {
    known("vicidial-auto-phones", [dialplanNumber], { kind: "phone", extension });
  }
  const own = [...EXTERNAL_PATTERNS, ...(sources.diallers ?? []).flatMap(diallerPatterns)];
  known(CARRIER_CONTEXT, own, { kind: "vicidial", context: CARRIER_CONTEXT });
  for (const text of texts) {
    const owner: Owner = { kind: "carrier", carrierId: text.carrierId };
    for (const line of text.parsed.lines) dialplan.add(line, owner);
    for (const { context, included } of text.parsed.includes) dialplan.include(context, included);
  }
  return dialplan;
}

/** The context that VICIdial opens before a custom text. */
function customContext({ serverIp }: CustomDialplan): string {
  return serverIp === undefined ? "vicidial-auto-system-setting-custom" : "vicidial-auto-server-custom";
}

function addCustom(dialplan: Dialplan<Owner>, custom: CustomDialplan): void {
  const { serverIp, entry } = custom;
  const owner: Owner = { kind: "custom", ...(serverIp !== undefined && { serverIp }) };
  const { lines, includes } = parseDialplan(entry, { context: customContext(custom) });
  for (const line of lines) dialplan.add(line, owner);
  for (const { context, included } of includes) dialplan.include(context, included);
}

/** A carrier's text as Asterisk reads it at its place in the generated file. */
export interface GeneratedText {
  carrierId: string;
  /** Context in which the text before it ended. */
  startsIn: string;
  parsed: ParsedDialplan;
}

/** Carriers in the order of the generated file, each read from where the one before it ended. */
export function generatedTexts(carriers: readonly CarrierDialplan[]): GeneratedText[] {
  let place: Place = { context: CARRIER_CONTEXT };
  return inFileOrder(carriers).map((carrier) => {
    const startsIn = place.context;
    const parsed = parseDialplan(carrier.dialplanEntry, place);
    place = parsed.end;
    return { carrierId: carrier.carrierId, startsIn, parsed };
  });
}

function inFileOrder(carriers: readonly CarrierDialplan[]): CarrierDialplan[] {
  const order: readonly string[] = GENERATED_PROTOCOLS;
  // MySQL's `order by carrier_id` ignores case.
  const key = (carrier: CarrierDialplan) => carrier.carrierId.toLowerCase();
  return carriers
    .filter((carrier) => order.includes(carrier.protocol))
    .sort((a, b) => order.indexOf(a.protocol) - order.indexOf(b.protocol) || (key(a) < key(b) ? -1 : 1));
}

/**
 * Which carrier, phone or own extension of VICIdial a dial string reaches from `[default]`, where diallers, remote agents and
 * manual calls start. `undefined`: nothing fits, the caller hears "invalid" (or, for a customer's call, no call is made).
 *
 * @example
 * resolve("979719895551234", { phones: [], carriers: [{ carrierId: "TELCO", protocol: "SIP",
 *   dialplanEntry: "exten => _9797X.,1,Dial(SIP/${EXTEN:4}@telco,,To)" }] })?.owner // { kind: "carrier", carrierId: "TELCO" }
 */
export function resolve(dialString: string, sources: DiallerSources | Dialplan<Owner>): Resolution | undefined {
  const dialplan = sources instanceof Dialplan ? sources : diallerDialplan(sources);
  const [reached, ...others] = dialplan.find("default", dialString);
  if (!reached) return undefined;
  const match = matchOf(reached);
  const shadows = others.map(matchOf);
  const appended = reached.priorities
    .map(({ owner }) => owner)
    .filter(
      (owner, index, all) => !sameOwner(owner, match.owner) && all.findIndex((one) => sameOwner(one, owner)) === index,
    );
  return { ...match, why: reasonFor(match, shadows[0]), shadows, appended };
}

/** Says an owner in words: `carrier TELCO`, `phone cc100`, `[default]`'s own. */
export function nameOf(owner: Owner): string {
  if (owner.kind === "carrier") return `carrier ${owner.carrierId}`;
  if (owner.kind === "phone") return `phone ${owner.extension}`;
  if (owner.kind === "custom")
    return `the custom dialplan of ${owner.serverIp === undefined ? "System Settings" : `server ${owner.serverIp}`}`;
  return owner.kind === "default" ? "`[default]` itself" : `VICIdial's own \`[${owner.context}]\``;
}

/** Whether both name the same text. */
export function sameOwner(left: Owner, right: Owner): boolean {
  if (left.kind === "carrier") return right.kind === "carrier" && left.carrierId === right.carrierId;
  return left.kind === right.kind && nameOf(left) === nameOf(right);
}

function matchOf(extension: LoadedExtension<Owner>): Match {
  const first = extension.priorities.find(({ priority }) => priority === 1);
  if (!first) throw new Error(`extension ${extension.pattern.text} without priority 1 cannot be reached`);
  return { owner: first.owner, context: extension.context, pattern: first.written };
}

function reasonFor(match: Match, next: Match | undefined): string {
  const kind = match.pattern.startsWith("_") ? "pattern" : "exact extension";
  const here = `${kind} ${match.pattern} of ${nameOf(match.owner)}`;
  if (!next) return `${here} is the only one that fits`;
  const than = `${next.pattern} of ${nameOf(next.owner)}`;
  if (next.context !== match.context)
    return `${here} comes first: [${match.context}] is searched before [${next.context}], where ${than} fits too`;
  if (kind === "exact extension") return `${here} wins over the pattern ${than}`;
  return `${here} is more specific than ${than}`;
}
