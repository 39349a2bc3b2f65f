import { generatedFiles } from "./files";
import type { Carrier, Phone, Server, Sources } from "./sources";

const server = (changes: Partial<Server> = {}): Server => ({
  server_id: "DIALLER1",
  server_ip: "10.20.30.11",
  active_asterisk_server: "Y",
  generate_vicidial_conf: "Y",
  rebuild_conf_files: "Y",
  conf_secret: "own",
  custom_dialplan_entry: "",
  vicidial_recording_limit: 60,
  ...changes,
});
const carrier = (id: string, protocol: Carrier["protocol"], changes: Partial<Carrier> = {}): Carrier => ({
  carrier_id: id,
  carrier_name: `Name of ${id}`,
  carrier_description: "",
  protocol,
  registration_string: `register-${id}`,
  account_entry: `[account-${id}]`,
  globals_string: `GLOBAL_${id} = x`,
  dialplan_entry: `exten => _${id}.,1,NoOp()`,
  template_contents: "",
  ...changes,
});
const phone = (changes: Partial<Phone> = {}): Phone => ({
  extension: "401",
  dialplan_number: "401",
  voicemail_id: "4401",
  protocol: "SIP",
  fullname: "Alice",
  outbound_cid: "2125550100",
  conf_secret: "registers",
  conf_override: "",
  phone_context: "default",
  phone_ring_timeout: 60,
  codecs_list: "",
  codecs_with_template: 0,
  template_contents: "",
  unavail_dialplan_fwd_exten: "",
  unavail_dialplan_fwd_context: "",
  voicemail_instructions: "Y",
  mohsuggest: "",
  ...changes,
});
const sources = (changes: Partial<Sources> = {}): Sources => ({
  server: server(),
  others: [],
  carriers: [],
  phones: [],
  system: { reload_timestamp: "2024-11-12 09:00:00", custom_dialplan_entry: "", default_codecs: "" },
  ...changes,
});
const textOf = (name: string, made: Sources): string =>
  generatedFiles(made).find((file) => file.name === `${name}-vicidial.conf`)!.text;
const inOrder = (text: string, ...pieces: string[]): boolean =>
  pieces.every((piece, at) => at === 0 || text.indexOf(pieces[at - 1]!) < text.indexOf(piece)) &&
  pieces.every((piece) => text.includes(piece));

describe("carriers", () => {
  const made = sources({
    carriers: [carrier("I", "IAX2"), carrier("S", "SIP"), carrier("W", "PJSIP_WIZ"), carrier("P", "PJSIP")],
  });

  test("their dialplan lands in [vicidial-auto-external], in the order of the protocols", () => {
    const text = textOf("extensions", made);
    expect(
      inOrder(text, "[vicidial-auto-external]", "_I.,1", "_S.,1", "_W.,1", "_P.,1", "[vicidial-auto-internal]"),
    ).toBe(true);
  });
  test("their globals come before every context", () => {
    const text = textOf("extensions", made);
    expect(inOrder(text, "GLOBAL_I = x", "GLOBAL_P = x", "[")).toBe(true);
  });
  test("each account is in its protocol's file and in no other", () => {
    for (const [name, id] of [
      ["sip", "S"],
      ["iax", "I"],
      ["pjsip", "P"],
      ["pjsip_wizard", "W"],
    ] as const) {
      const text = textOf(name, made);
      expect(text).toContain(`[account-${id}]`);
      for (const other of ["S", "I", "P", "W"].filter((one) => one !== id))
        expect(text).not.toContain(`[account-${other}]`);
    }
  });
  test("a registration string counts for SIP and IAX2 only", () => {
    expect(textOf("sip", made)).toContain("register-S");
    expect(textOf("iax", made)).toContain("register-I");
    expect(textOf("pjsip", made) + textOf("pjsip_wizard", made)).not.toContain("register-");
  });
  test("a template is written after the account, not instead of it", () => {
    const text = textOf("sip", sources({ carriers: [carrier("S", "SIP", { template_contents: "qualify=no" })] }));
    expect(inOrder(text, "[account-S]", "qualify=no")).toBe(true);
  });
  test("a section inside a carrier's text swallows the next carrier's", () => {
    const opens = carrier("A", "SIP", { dialplan_entry: "[own]\nexten => x,1,NoOp()" });
    const text = textOf("extensions", sources({ carriers: [opens, carrier("B", "SIP")] }));
    expect(text.slice(text.indexOf("[own]"), text.indexOf("_B.,1"))).not.toContain("[vicidial-auto-external]");
  });
});

describe("the dialplan", () => {
  test("includes in VICIdial's order, own contexts only where there is text", () => {
    const text = textOf("extensions", sources());
    const includes = text.split("\n").filter((line) => line.startsWith("include"));
    expect(includes).toEqual([
      "include => vicidial-auto-internal",
      "include => vicidial-auto-phones",
      "include => vicidial-auto-external",
    ]);
    const custom = textOf(
      "extensions",
      sources({
        server: server({ custom_dialplan_entry: "[serverown]\n" }),
        system: { reload_timestamp: "", custom_dialplan_entry: "[systemown]\n", default_codecs: "" },
      }),
    );
    expect(inOrder(custom, "[systemown]", "[serverown]", "[vicidial-auto-external]")).toBe(true);
    expect(
      custom
        .split("\n")
        .filter((line) => line.startsWith("include"))
        .slice(3),
    ).toEqual(["include => vicidial-auto-server-custom", "include => vicidial-auto-system-setting-custom"]);
  });
  test("logs every call's end: an h extension in each generated context", () => {
    const text = textOf("extensions", sources());
    const contexts = [
      ...text.matchAll(/^\[vicidial-auto[^\]]*\]\nexten => h,1,AGI\(agi:\/\/127\.0\.0\.1:4577\/call_log/gm),
    ];
    expect(contexts).toHaveLength(4);
    // The closing bracket too many is VICIdial's own, and shows in every carrier_log row
    // (docs/facts/vicidial.md#hangup-log).
    expect(text).toContain("${HANGUPCAUSE(${HANGUPCAUSE_KEYS()},tech)}))");
  });
  test("reaches this dialler by its padded address, and the others by IAX2", () => {
    const other = server({ server_id: "DIALLER2", server_ip: "10.20.30.12", conf_secret: "theirs" });
    const text = textOf("extensions", sources({ others: [other] }));
    expect(text).toContain("exten => _010*020*030*011*.,1,Goto(default,${EXTEN:16},1)");
    expect(text).toContain("TRUNKDIALLER2 = IAX2/DIALLER1:theirs@10.20.30.12:4569");
    expect(text).toContain("exten => _010*020*030*012*.,1,Dial(${TRUNKDIALLER2}/${EXTEN:16},55,oT)");
    expect(textOf("iax", sources({ others: [other] }))).toMatch(/\[DIALLER2\]\n(.+\n)*secret=own/);
  });
  test("rings a phone's number, then its voicemail", () => {
    const text = textOf("extensions", sources({ phones: [phone()] }));
    expect(text).toContain("exten => 401,1,Dial(SIP/401,60,)\nexten => 401,2,Goto(default,850266666666664401,1)");
  });
});

describe("phones", () => {
  test("register with conf_secret", () => {
    expect(textOf("sip", sources({ phones: [phone()] }))).toContain("secret=registers\n");
    const wizard = textOf("pjsip_wizard", sources({ phones: [phone({ protocol: "PJSIP" })] }));
    expect(wizard).toContain("inbound_auth/password=registers\n");
    expect(wizard).toContain("endpoint/allow=ulaw");
  });
  test("a template replaces the usual lines, an override comes after it", () => {
    const text = textOf(
      "sip",
      sources({ phones: [phone({ template_contents: "type=peer", conf_override: "context=elsewhere" })] }),
    );
    expect(inOrder(text, "[401]", "type=peer", "context=elsewhere")).toBe(true);
    expect(text).not.toContain("host=dynamic");
  });
  test("codecs come from the phone, else from the system", () => {
    const system = { reload_timestamp: "", custom_dialplan_entry: "", default_codecs: "alaw" };
    expect(textOf("sip", sources({ phones: [phone()], system }))).toContain("disallow=all\nallow=alaw\n");
    expect(textOf("sip", sources({ phones: [phone({ codecs_list: "u-law, G.722" })], system }))).toContain(
      "allow=ulaw\nallow=g722\n",
    );
  });
});

test("a forced reload changes every file", () => {
  const before = generatedFiles(sources());
  const after = generatedFiles(sources({ system: { ...sources().system, reload_timestamp: "2024-11-12 10:00:00" } }));
  expect(before.map((file) => file.name)).toHaveLength(5);
  before.forEach((file, at) => expect(after[at]?.text).not.toBe(file.text));
});
