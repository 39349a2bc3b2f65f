import fc from "fast-check";
import {
  aiCarrier,
  dialOptions,
  parseDialplan,
  remoteExtension,
  restartAdvice,
  sipEdge,
  type AiCarrierArgs,
  type SipEdgeArgs,
} from "..";
import { aiCarrierArgs, aiPrefix, routeNumber } from "../../../test/kit/arbitraryPatterns";

const bridge: AiCarrierArgs = { aiPrefix: "9797", routeNumber: "+19895551234", stack: "sip", account: "sigmamind" };
const edge: SipEdgeArgs = {
  account: "sigmamind",
  stack: "pjsip",
  host: "28y698lhv2f.sip.livekit.cloud",
  transport: "tls",
};

describe("remote extension", () => {
  test("is prefix + digits, a digit more than the guide's own string", () => {
    expect(remoteExtension("9797", "+19895551234")).toBe("979719895551234");
  });

  test("never exceeds 20 digits", () => {
    fc.assert(
      fc.property(aiPrefix, routeNumber, (prefix, number) => {
        expect(remoteExtension(prefix, number)).toMatch(/^[0-9]{1,20}$/);
      }),
    );
  });

  test.each([
    ["97x", "+19895551234", '`aiPrefix` "97x": a dial prefix is 1 to 13 digits. Write it as "9797".'],
    ["", "+19895551234", "`aiPrefix`"],
    ["9797", "19895551234", '`routeNumber` "19895551234": is not an E.164 number'],
    ["9797", "+19895551234@28y698lhv2f.sip.livekit.cloud", "the host lives in the edge's account"],
    ["123456789", "+441234567890", "together have 21 digits, `conf_exten` holds 20. Shorten the prefix by 1 digits."],
    ["9999", "+99999999", "test mode"],
  ])("%s and %s are refused", (prefix, number, message) => {
    expect(() => remoteExtension(prefix, number)).toThrow(message);
  });
});

describe("AI carrier", () => {
  test("the bridge that needs nothing gets three lines", () => {
    expect(aiCarrier(bridge).dialplanEntry.split("\n")).toHaveLength(3);
  });

  // Everything that reaches Asterisk from an argument is made of these characters; the generator's own text has `${`,
  // which is why an argument may not.
  test("no text holds what the admin page removes or Asterisk would expand", () => {
    fc.assert(
      fc.property(aiCarrierArgs, (args) => {
        expect(aiCarrier(args).dialplanEntry).not.toMatch(/[;\\'\r]|\n\n|\n$/);
      }),
    );
  });

  const hostile = fc.constantFrom(";", "\\", "'", "\r", "\n", "${", "$[", "\u0000", ",", ")", '"', "]", "|", "&", "ü");
  const poisoned = (clean: string) =>
    fc.tuple(hostile, fc.nat(clean.length)).map(([bad, at]) => clean.slice(0, at) + bad + clean.slice(at));
  const places: [string, (value: string) => AiCarrierArgs, string][] = [
    ["aiPrefix", (value) => ({ ...bridge, aiPrefix: value }), "9797"],
    ["routeNumber", (value) => ({ ...bridge, routeNumber: value }), "+19895551234"],
    ["account", (value) => ({ ...bridge, account: value }), "sigmamind"],
    ["a header's name", (value) => ({ ...bridge, headers: { [value]: "x" } }), "X-source"],
    ["a header's value", (value) => ({ ...bridge, headers: { "X-source": value } }), "autumn 24"],
    ["a column", (value) => ({ ...bridge, leadFields: [value], leadService: { host: "10.0.0.9" } }), "city"],
    [
      "a renamed column",
      (value) => ({ ...bridge, leadFields: { city: value }, leadService: { host: "10.0.0.9" } }),
      "X-town",
    ],
    [
      "the lead service's host",
      (value) => ({ ...bridge, leadFields: ["city"], leadService: { host: value } }),
      "leads.local",
    ],
    [
      "a transfer's target",
      (value) => ({ ...bridge, transfer: { to: [value], prefix: "8", callerId: "3038142839" } }),
      "+18135551111",
    ],
    [
      "a transfer's prefix",
      (value) => ({ ...bridge, transfer: { to: ["+18135551111"], prefix: value, callerId: "3038142839" } }),
      "8",
    ],
    [
      "a transfer's caller id",
      (value) => ({ ...bridge, transfer: { to: ["+18135551111"], prefix: "8", callerId: value } }),
      "3038142839",
    ],
    ["a fallback extension", (value) => ({ ...bridge, fallback: { extension: value } }), "8300"],
    ["a fallback in-group", (value) => ({ ...bridge, fallback: { inGroup: value } }), "SALES"],
    ["a fallback number", (value) => ({ ...bridge, fallback: { routeNumber: value } }), "+19895551235"],
  ];
  test.each(places)("%s takes no character that could end its place in the dialplan", (_place, args, clean) => {
    expect(() => aiCarrier(args(clean))).not.toThrow();
    fc.assert(
      fc.property(poisoned(clean), (value) => {
        // A comma is plain text in a header's value only where the value is not an application's argument: nowhere.
        expect(() => aiCarrier(args(value))).toThrow();
      }),
    );
  });

  test("Dial on the AI leg has `o` and never `t` or `T`", () => {
    fc.assert(
      fc.property(aiCarrierArgs, (args) => {
        const lines = parseDialplan(aiCarrier(args).dialplanEntry).lines.filter((line) => line.application === "Dial");
        const edgeLegs = lines.filter((line) => line.data.includes(`@${args.account},`));
        expect(edgeLegs.length).toBeGreaterThan(0);
        for (const line of lines) expect(dialOptions(line.data)).not.toMatch(/t/i);
        for (const line of edgeLegs) expect(dialOptions(line.data)).toMatch(/^ob?$/);
      }),
    );
  });

  test("every own context but the one that REFER reaches logs the call's end", () => {
    fc.assert(
      fc.property(aiCarrierArgs, (args) => {
        const { dialplanEntry, sections } = aiCarrier(args);
        const { lines } = parseDialplan(dialplanEntry);
        for (const section of sections) {
          const extensions = lines.filter((line) => line.context === section).map((line) => line.extension);
          if (section.endsWith("-refer")) expect(new Set(extensions)).toEqual(new Set(args.transfer?.to));
          else expect(extensions).toContain("h");
        }
      }),
    );
  });

  test("every Goto, GotoIf and pre-dial handler leads to a line that exists", () => {
    fc.assert(
      fc.property(aiCarrierArgs, (args) => {
        const { lines } = parseDialplan(aiCarrier(args).dialplanEntry);
        const exists = (context: string, extension: string, target: string) =>
          lines.some(
            (line) =>
              line.context === context &&
              line.extension === extension &&
              [line.label, String(line.priority)].includes(target),
          );
        for (const { application, data, context, extension } of lines) {
          if (application === "Goto") {
            const [to = "", at = "", target = ""] = data.split(",");
            if (target === "") expect(exists(context, to, at)).toBe(true);
            else if (to !== "default") expect(exists(to, at, target)).toBe(true);
          }
          if (application === "GotoIf") expect(exists(context, extension, data.split("?")[1] ?? "")).toBe(true);
          const handler = /[bG]\(([^^]+)\^([^^]+)\^1\)/.exec(application === "Dial" ? data : "");
          if (handler) expect(exists(handler[1] ?? "", handler[2] ?? "", "1")).toBe(true);
        }
      }),
    );
  });

  test.each<[string, Partial<AiCarrierArgs>, string]>([
    [
      "lead fields without a lead service",
      { leadFields: ["city"] },
      "`leadService`: lead fields need the lead service: VICIdial's own agi-set_variables.agi runs commands",
    ],
    ["a lead service without lead fields", { leadService: { host: "10.0.0.9" } }, "is of use only with `leadFields`"],
    [
      "an unknown column",
      { leadFields: ["pass"], leadService: { host: "10.0.0.9" } },
      '`leadFields` "pass": is not a column',
    ],
    ["an upper-case header", { headers: { "X-City": "x" } }, 'Write "X-city".'],
    ["a header without X-", { headers: { city: "x" } }, 'Write "X-city".'],
    [
      "two headers of one name",
      { leadFields: ["city"], leadService: { host: "a" }, headers: { "X-city": "x" } },
      "declared twice",
    ],
    ["VICIdial's own header", { headers: { "X-cidname": "x" } }, "meaning of its own"],
    ["a long value", { headers: { "X-a": "x".repeat(65) } }, "at most 64 characters"],
    ["a ring timeout of 4", { ringTimeout: 4 }, "`ringTimeout` 4: is not a whole number from 5 to 120"],
    [
      "a transfer to nobody",
      { transfer: { to: [], prefix: "8", callerId: "3038142839" } },
      "names nobody to transfer to",
    ],
    [
      "a transfer to itself",
      { transfer: { to: ["+19895551234"], prefix: "8", callerId: "3038142839" } },
      "transferred to itself",
    ],
    [
      "a target twice",
      { transfer: { to: ["+18135551111", "+18135551111"], prefix: "8", callerId: "3038142839" } },
      "listed twice",
    ],
    [
      "a caller id with +",
      { transfer: { to: ["+18135551111"], prefix: "8", callerId: "+13038142839" } },
      'Write it as "13038142839".',
    ],
    ["a fallback to itself", { fallback: { extension: "979719895551234" } }, "in circles"],
    ["a fallback to the same number", { fallback: { routeNumber: "+19895551234" } }, "has just failed"],
  ])("%s is refused", (_what, change, message) => {
    expect(() => aiCarrier({ ...bridge, ...change })).toThrow(message);
  });

  test("all mistakes are told at once", () => {
    expect(() => aiCarrier({ ...bridge, aiPrefix: "x", ringTimeout: 0, headers: { a: "ü" } })).toThrow(
      /aiPrefix[^]*ringTimeout[^]*headers[^]*headers\.a/,
    );
  });
});

describe("SIP edge", () => {
  const edges = fc.record(
    {
      account: fc.constantFrom("sigmamind", "e-1"),
      stack: fc.constantFrom("sip" as const, "pjsip" as const),
      host: fc.constantFrom("28y698lhv2f.sip.livekit.cloud", "10.0.0.5"),
      transport: fc.constantFrom("udp" as const, "tcp" as const, "tls" as const),
      srtp: fc.boolean(),
      qualifySeconds: fc.nat(100),
      allowTransfer: fc.boolean(),
    },
    { requiredKeys: ["account", "stack", "host", "transport"] },
  );

  test("chan_sip takes UDP only; every accepted account survives an admin save, registers nothing and knows no context", () => {
    fc.assert(
      fc.property(edges, (args) => {
        if (args.stack === "sip" && args.transport !== "udp") {
          expect(() => sipEdge(args)).toThrow(/chan_sip does TC?[LP]S? only where sip\.conf enables it/);
          return;
        }
        const { accountEntry, registrationString } = sipEdge(args);
        expect(accountEntry).not.toMatch(/[;\r\\']|\n\n/);
        expect(registrationString).toBe("");
        expect(accountEntry).toMatch(/^context=aib-none$/m);
        expect(accountEntry).toMatch(args.allowTransfer ? /^allow_?transfer=yes$/m : /^allow_?transfer=no$/m);
        expect(accountEntry).toMatch(/^qualify(_frequency)?=/m);
      }),
    );
  });

  test("warns of calls in clear, and of an SRTP key in clear", () => {
    expect(sipEdge({ ...edge, srtp: true }).warnings).toEqual([]);
    expect(sipEdge(edge).warnings).toEqual([expect.stringContaining("not encrypted")]);
    expect(sipEdge({ ...edge, transport: "udp", srtp: true }).warnings).toEqual([expect.stringContaining("SRTP key")]);
  });

  test.each([
    ["tls", "28y698lhv2f.sip.livekit.cloud", true],
    ["tcp", "edge.example.com", true],
    ["udp", "edge.example.com", false],
    ["tls", "192.0.2.7", false],
  ] as const)("%s to %s asks for a restart of Asterisk: %s", (transport, host, asked) => {
    const { accountEntry } = sipEdge({ ...edge, transport, host });
    const advice = restartAdvice(accountEntry);
    if (asked)
      expect(advice).toMatch(new RegExp(`${transport.toUpperCase()} only if.*${host}.*core restart when convenient`));
    else expect(advice).toBeUndefined();
  });

  it("asks for nothing where there is no account of its own", () => {
    expect(restartAdvice("")).toBeUndefined();
    expect(restartAdvice("[telco]\ntype=peer\nhost=carrier")).toBeUndefined();
  });

  test.each<[Partial<SipEdgeArgs>, string]>([
    [{ host: "sip:x.example" }, "is not a host name"],
    [{ host: "x.example:5060" }, "is not a host name"],
    [{ host: "x;y" }, "is not a host name"],
    [{ account: "general" }, "another meaning"],
    [{ account: "a b" }, "an account name is"],
    [{ port: 0 }, "from 1 to 65535"],
    [{ bindPort: 80 }, "from 1024 to 65535"],
    [{ codecs: [] }, "codecs are one or more of ulaw, alaw, g722"],
    [{ caPath: "certs" }, "absolute folder"],
    [{ caPath: "/etc/ssl/certs", transport: "udp" }, "only PJSIP over TLS"],
  ])("%j is refused", (change, message) => {
    expect(() => sipEdge({ ...edge, ...change })).toThrow(message);
  });

  test("says a transport's settings in its name, because Asterisk never changes a loaded one", () => {
    const name = (args: SipEdgeArgs) => /^\[(transport[^\]]*)\]/.exec(sipEdge(args).accountEntry)?.[1];
    expect(name(edge)).not.toBe(name({ ...edge, transport: "tcp" }));
    expect(name(edge)).not.toBe(name({ ...edge, bindPort: 5099 }));
    expect(name(edge)).not.toBe(name({ ...edge, caPath: "/etc/ssl/certs" }));
  });
});
