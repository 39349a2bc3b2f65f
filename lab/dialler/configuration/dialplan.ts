import { diallerPatterns, EXTERNAL_PATTERNS, INTERNAL_PATTERNS } from "../../../providers/asterisk";
import { HANGUP_LOG } from "../../../providers/asterisk/text/hangupLog";
import { phoneExtensions } from "./phones";
import type { Carrier, Server, Sources } from "./sources";

/** `extensions-vicidial.conf`: globals first (the file is included inside `[globals]`), then the generated contexts. */
export function dialplanText(sources: Sources): string {
  const { server, system } = sources;
  // Longer than five characters, as VICIdial asks.
  const systemCustom = system.custom_dialplan_entry.length > 5 ? system.custom_dialplan_entry : undefined;
  const serverCustom = server.custom_dialplan_entry.length > 5 ? server.custom_dialplan_entry : undefined;
  return [
    globals(sources),
    ...(systemCustom === undefined ? [] : [context("vicidial-auto-system-setting-custom", systemCustom)]),
    ...(serverCustom === undefined ? [] : [context("vicidial-auto-server-custom", serverCustom)]),
    context("vicidial-auto-external", external(sources)),
    context("vicidial-auto-internal", internal(server)),
    context("vicidial-auto-phones", sources.phones.map(phoneExtensions).join("\n")),
    context("vicidial-auto", includes(serverCustom !== undefined, systemCustom !== undefined)),
  ].join("\n");
}

/** A context with its `h` extension, which logs the end of every call that ends in it. */
function context(name: string, body: string): string {
  return `[${name}]\nexten => h,1,${HANGUP_LOG.application}(${HANGUP_LOG.data})\n\n${body}\n`;
}

/** In a context its own extensions come first, then the includes in their order: so VICIdial's own numbers win over phones, phones over carriers. */
function includes(serverCustom: boolean, systemCustom: boolean): string {
  const names = ["vicidial-auto-internal", "vicidial-auto-phones", "vicidial-auto-external"];
  if (serverCustom) names.push("vicidial-auto-server-custom");
  if (systemCustom) names.push("vicidial-auto-system-setting-custom");
  return names.map((name) => `include => ${name}`).join("\n");
}

function globals({ server, others, carriers }: Sources): string {
  const trunks = others.map(
    (other) => `TRUNK${other.server_id} = IAX2/${server.server_id}:${other.conf_secret}@${other.server_ip}:4569`,
  );
  return [...trunks, ...carriers.map((carrier) => carrier.globals_string)].join("\n");
}

function external({ server, others, carriers }: Sources): string {
  return [
    `; this dialler: ${server.server_ip}`,
    here(server.server_ip),
    ...EXTERNAL_PATTERNS.filter((pattern) => pattern !== "h").map(notInTheLab),
    ...others.map(elsewhere),
    ...carriers.map(carrierDialplan),
  ].join("\n");
}

/** A dial string with this dialler's padded address in front is dialled here, without it. */
function here(ip: string): string {
  const [plain = "", native = ""] = diallerPatterns(ip);
  return [...lines(plain, ["Goto(default,${EXTEN:16},1)"]), ...lines(native, ["Goto(default,${EXTEN:18},1)"])].join(
    "\n",
  );
}

/** With another dialler's address in front it goes there by IAX2. `T` is VICIdial's own idiom here. */
function elsewhere({ server_id: id, server_ip: ip }: Server): string {
  const [plain = "", native = ""] = diallerPatterns(ip);
  return [
    `; dialler ${id}: ${ip}`,
    ...lines(plain, [`Dial(\${TRUNK${id}}/\${EXTEN:16},55,oT)`]),
    ...lines(native, [`Dial(\${TRUNK${id}}/\${EXTEN:18},55,o)`]),
  ].join("\n");
}

/**
 * The text goes in as it is: a section header inside swallows every later carrier (docs/facts/vicidial.md#own-sections).
 */
function carrierDialplan(carrier: Carrier): string {
  return `${carrierHeading(carrier)}\n${carrier.dialplan_entry}`;
}

/** Comment over a carrier's text in each file. */
export function carrierHeading({
  carrier_id: id,
  carrier_name: name,
  carrier_description: description,
}: Carrier): string {
  return `; carrier ${id} - ${name}${description === "" ? "" : `\n; ${description}`}`;
}

function internal(server: Server): string {
  const limit = server.vicidial_recording_limit * 60;
  const known: Record<string, string[]> = {
    "_85026666666666.": ["Wait(1)", "Voicemail(${EXTEN:14},u)"],
    "_85026666666667.": ["Wait(1)", "Voicemail(${EXTEN:14},su)"],
    "8500": ["VoicemailMain()"],
    "8501": ["VoicemailMain(s${CALLERID(num)})"],
    "8309": ["Answer()", "Monitor(wav,${CALLERID(name)})", `Wait(${limit})`],
    "8310": ["Answer()", "Monitor(gsm,${CALLERID(name)})", `Wait(${limit})`],
    "83047777777777": ["Answer()", "Playback(${CALLERID(name)})"],
    "_83046777777777*.": ["Answer()", "Playback(${EXTEN:15})"],
  };
  return INTERNAL_PATTERNS.filter((pattern) => pattern !== "h")
    .map((pattern) => (known[pattern] ? lines(pattern, known[pattern]).join("\n") : notInTheLab(pattern)))
    .join("\n");
}

/** Present, because it may win over a carrier's pattern; what stands behind it (conferences, inbound calls) is not built. */
function notInTheLab(pattern: string): string {
  return lines(pattern, ["NoOp(not part of the lab)"]).join("\n");
}

function lines(pattern: string, applications: readonly string[]): string[] {
  return [...applications, "Hangup()"].map((application, at) => `exten => ${pattern},${at + 1},${application}`);
}
