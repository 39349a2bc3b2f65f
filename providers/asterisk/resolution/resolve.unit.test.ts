import fc from "fast-check";
import {
  accountConflicts,
  aiCarrier,
  carrierConflicts,
  lintCarrier,
  parseDialplan,
  resolve,
  type CarrierDialplan,
  type DiallerSources,
} from "..";
import { aiPrefix, dialString, patternText, routeNumber } from "../../../test/kit/arbitraryPatterns";

const telephony = (carrierId: string, pattern: string, protocol = "SIP"): CarrierDialplan => ({
  carrierId,
  protocol,
  dialplanEntry: `exten => ${pattern},1,AGI(agi://127.0.0.1:4577/call_log)\nexten => ${pattern},n,Dial(SIP/\${EXTEN:4}@telco,,To)\nexten => ${pattern},n,Hangup()`,
});
const bridge = (prefix = "9797", number = "+19895551234", carrierId = "AIB"): CarrierDialplan => ({
  carrierId,
  protocol: "PJSIP",
  dialplanEntry: aiCarrier({ aiPrefix: prefix, routeNumber: number, stack: "pjsip", account: "sigmamind" })
    .dialplanEntry,
});
const telco = telephony("TELCO", "_9797X.");

describe("resolve", () => {
  test("the guide's example: the customer's leg and the AI leg share the prefix 9797", () => {
    const sources = { phones: [], carriers: [telco, bridge()] };
    expect(resolve("97973035500914", sources)).toMatchObject({
      owner: { carrierId: "TELCO" },
      pattern: "_9797X.",
      shadows: [],
    });
    expect(resolve("979719895551234", sources)).toEqual({
      owner: { kind: "carrier", carrierId: "AIB" },
      context: "vicidial-auto-external",
      pattern: "979719895551234",
      why: "exact extension 979719895551234 of carrier AIB wins over the pattern _9797X. of carrier TELCO",
      shadows: [
        { owner: { kind: "carrier", carrierId: "TELCO" }, context: "vicidial-auto-external", pattern: "_9797X." },
      ],
      appended: [],
    });
  });

  test("the guide's own string, a digit short, reaches nobody", () => {
    expect(resolve("97919895551234", { phones: [], carriers: [telco, bridge()] })).toBeUndefined();
  });

  test("`[default]` wins over phones, phones over carriers, whatever is more specific", () => {
    const sources = {
      phones: [{ extension: "cc100", dialplanNumber: "851100" }],
      carriers: [telephony("A", "_85112345"), telephony("B", "_851100")],
    };
    expect(resolve("85112345", sources)).toMatchObject({
      owner: { kind: "default" },
      pattern: "_851XXXXX",
      why: expect.stringContaining("[default] is searched before") as string,
    });
    expect(resolve("851100", sources)).toMatchObject({
      owner: { kind: "phone", extension: "cc100" },
      shadows: [{ owner: { carrierId: "B" } }],
    });
  });

  test("VICIdial's own patterns in the carriers' context lose to a more specific one", () => {
    expect(resolve("980091", { phones: [], carriers: [telephony("A", "980091")] })).toMatchObject({
      owner: { carrierId: "A" },
    });
    expect(resolve("980092", { phones: [], carriers: [telephony("A", "_9.")] })).toMatchObject({
      owner: { kind: "vicidial" },
    });
  });

  test("the other diallers' addresses are extensions too", () => {
    const sources = { phones: [], carriers: [], diallers: ["10.0.0.103"] };
    expect(resolve("010*000*000*103*979719895551234", sources)).toMatchObject({
      owner: { kind: "vicidial" },
      pattern: "_010*000*000*103*.",
    });
  });

  test("of equal patterns the first in the file wins: IAX2, SIP, PJSIP_WIZ, PJSIP, then carrier id; the rest is appended", () => {
    const longer = {
      carrierId: "AAA",
      protocol: "PJSIP",
      dialplanEntry: `${telco.dialplanEntry}\nexten => _9797X.,n,NoOp(4)`.replaceAll("_9797X.", "_9797[0-9]."),
    };
    expect(resolve("97971", { phones: [], carriers: [longer, telco] })).toBeUndefined();
    expect(resolve("979712", { phones: [], carriers: [longer, telco] })).toMatchObject({
      owner: { carrierId: "TELCO" },
      pattern: "_9797X.",
      appended: [{ kind: "carrier", carrierId: "AAA" }],
    });
    const rivals = ["PJSIP", "IAX2", "SIP"].map((protocol) => telephony(`T-${protocol}`, "_9797X.", protocol));
    expect(resolve("979712", { phones: [], carriers: rivals })).toMatchObject({ owner: { carrierId: "T-IAX2" } });
  });

  test("Zap and EXTERNAL carriers are never generated", () => {
    expect(
      resolve("979712", {
        phones: [],
        carriers: [telephony("Z", "_9797X.", "Zap"), telephony("E", "_9797X.", "EXTERNAL")],
      }),
    ).toBeUndefined();
  });

  test("a carrier that leaves its section open swallows the next one", () => {
    const open = { carrierId: "A", protocol: "SIP", dialplanEntry: "[mine]\nexten => s,1,NoOp()" };
    expect(resolve("979712", { phones: [], carriers: [open, telco] })).toBeUndefined();
  });

  test("lines for one caller only, hints and extensions without a first priority do not count", () => {
    const odd = {
      carrierId: "A",
      protocol: "SIP",
      dialplanEntry: "exten => 979712/5551234,1,NoOp()\nexten => 979713,hint,SIP/x\nexten => 979714,2,NoOp()",
    };
    for (const dialled of ["979712", "979713", "979714"]) {
      expect(resolve(dialled, { phones: [], carriers: [odd, telco] })).toMatchObject({ owner: { carrierId: "TELCO" } });
    }
  });

  const carriers = fc.array(fc.tuple(patternText, fc.constantFrom("IAX2", "SIP", "PJSIP")), {
    minLength: 1,
    maxLength: 6,
  });

  test("is the same whatever the carriers are called, unless two define one extension", () => {
    fc.assert(
      fc.property(carriers, dialString, fc.func(fc.nat(1000)), (texts, dialled, shuffle) => {
        const named = texts.map(([pattern, protocol], index) => telephony(`C${index}`, pattern, protocol));
        const duplicates = named.some((one) =>
          carrierConflicts(one, { phones: [], carriers: named }).some(({ rule }) => rule.includes("of carrier")),
        );
        fc.pre(!duplicates);
        const renamed = texts
          .map(([pattern], index) => ({
            ...telephony(`R${shuffle(index)}-${index}`, pattern, index % 2 ? "SIP" : "IAX2"),
            was: named[index]?.carrierId,
          }))
          .reverse();
        const before = resolve(dialled, { phones: [], carriers: named })?.owner;
        const after = resolve(dialled, { phones: [], carriers: renamed })?.owner;
        const afterName =
          after?.kind === "carrier" ? renamed.find((one) => one.carrierId === after.carrierId)?.was : after;
        expect(afterName).toEqual(before?.kind === "carrier" ? before.carrierId : before);
      }),
      { numRuns: 300 },
    );
  });

  test("every composed remote extension resolves to its own carrier, under a telephony carrier's pattern too", () => {
    fc.assert(
      fc.property(aiPrefix, fc.uniqueArray(routeNumber, { minLength: 1, maxLength: 4 }), (prefix, numbers) => {
        const bridges = numbers.map((number, index) => bridge(prefix, number, `AIB${index}`));
        const sources = {
          phones: [],
          carriers: [telephony("TELCO", `_${prefix}X.`), telephony("WIDE", "_X."), ...bridges],
          defaultPatterns: [],
        };
        numbers.forEach((number, index) => {
          expect(resolve(prefix + number.slice(1), sources)?.owner).toEqual({
            kind: "carrier",
            carrierId: `AIB${index}`,
          });
          expect(bridges.flatMap((one) => carrierConflicts(one, sources))).toEqual([]);
        });
      }),
      { numRuns: 50 },
    );
  });
});

describe("conflicts", () => {
  const phones = [{ extension: "cc100", dialplanNumber: "979719895551234" }];
  test.each<[string, CarrierDialplan, CarrierDialplan[], typeof phones, string | undefined]>([
    ["an AI carrier under a telephony carrier's prefix is fine", bridge(), [telco], [], undefined],
    ["overlapping patterns are fine", telephony("NEW", "_9797NXXNXXXXXX"), [telco], [], undefined],
    ["itself is no rival", telco, [{ ...telco, carrierId: "telco" }], [], undefined],
    [
      "the same pattern, written otherwise",
      telephony("NEW", "_97-97[0-9]."),
      [telco],
      [],
      '`dialplanEntry` "_97-97[0-9].": Asterisk takes it and _9797X. of carrier TELCO for one extension of [vicidial-auto-external]',
    ],
    [
      "the same exact extension",
      bridge("9797", "+19895551234", "NEW"),
      [bridge()],
      [],
      "and 979719895551234 of carrier AIB for one extension",
    ],
    [
      "a phone of that number",
      bridge(),
      [telco],
      phones,
      "no call reaches 979719895551234: 979719895551234 of phone cc100 fits the same dial strings",
    ],
    [
      "`[default]`'s own pattern",
      bridge("9000", "+91234567", "NEW"),
      [],
      [],
      "no call reaches 900091234567: _90009. of `[default]` itself",
    ],
    ["a pattern within `[default]`'s", telephony("NEW", "_8519XXXX"), [], [], "_851XXXXX of `[default]` itself"],
    ["a pattern that `[default]` shadows only in part is fine", telephony("NEW", "_85XXXXXX"), [], [], undefined],
    [
      "VICIdial's own line in the same context",
      telephony("NEW", "_98009."),
      [],
      [],
      "and _98009. of VICIdial's own `[vicidial-auto-external]` for one extension",
    ],
    ["VICIdial's own hangup extension", telephony("NEW", "h"), [], [], "and h of VICIdial's own"],
    [
      "a line twice in one text",
      { ...telco, carrierId: "NEW", dialplanEntry: "exten => 5551,1,NoOp()\nexten => 5551,1,NoOp()" },
      [],
      [],
      "defines a priority of extension 5551 in [vicidial-auto-external] twice",
    ],
    [
      "an earlier carrier that swallows",
      bridge(),
      [{ carrierId: "BAD", protocol: "SIP", dialplanEntry: "[mine]" }],
      [],
      "carrier BAD opens [mine] and does not reopen",
    ],
    [
      "a later one that would be swallowed itself is not our affair",
      bridge("9797", "+19895551234", "AAA"),
      [{ carrierId: "BAD", protocol: "PJSIP", dialplanEntry: "[mine]" }],
      [],
      undefined,
    ],
    [
      "own sections of one name",
      {
        carrierId: "NEW",
        protocol: "SIP",
        dialplanEntry: "exten => 55,1,NoOp()\n[mine]\nexten => s,1,NoOp()\n[vicidial-auto-external]",
      },
      [{ carrierId: "OLD", protocol: "SIP", dialplanEntry: "[mine]\nexten => s,1,NoOp()\n[vicidial-auto-external]" }],
      [],
      "and s of carrier OLD for one extension of [mine]",
    ],
  ])("%s", (_what, candidate, carriers, at, message) => {
    const sentences = carrierConflicts(candidate, { carriers, phones: at }).map(
      ({ field, value, rule }) => `\`${field}\` ${JSON.stringify(value)}: ${rule}`,
    );
    if (message === undefined) expect(sentences).toEqual([]);
    else expect(sentences).toEqual([expect.stringContaining(message)]);
  });

  const custom = (entry: string, serverIp?: string) => [{ entry, ...(serverIp !== undefined && { serverIp }) }];
  test.each<[string, DiallerSources["custom"], string | undefined, string?]>([
    [
      "a server's own pattern in `[default]`",
      custom("[default]\nexten => _9797X.,1,Dial(SIP/site/${EXTEN:4})", "10.0.0.103"),
      "no call reaches 979719895551234: _9797X. of the custom dialplan of server 10.0.0.103 fits the same dial strings, and [default] is searched before",
      "choose another prefix, or change the pattern in Admin → Servers → Custom Dialplan Entry",
    ],
    [
      "the whole system's",
      custom("[Default]\nexten => _97.,1,NoOp()"),
      "_97. of the custom dialplan of System Settings fits",
      "choose another prefix, or change the pattern in Admin → System Settings → Custom Dialplan Entry",
    ],
    [
      "one in a context that `[default]` includes first",
      custom("[default]\ninclude => site\n[site]\nexten => _979719NXXNXXXXXX,1,NoOp()\nexten => _9797X.,1,NoOp()"),
      "_9797X. of the custom dialplan of System Settings fits the same dial strings, and [site] is searched",
    ],
    [
      "the very extension among the carriers'",
      custom("[vicidial-auto-external]\nexten => 979719895551234,1,NoOp()", "10.0.0.103"),
      "and 979719895551234 of the custom dialplan of server 10.0.0.103 for one extension of [vicidial-auto-external]",
    ],
    // Searched after the carriers, or never from `[default]`.
    ["one in the custom context itself", custom("exten => _9797X.,1,NoOp()"), undefined],
    ["one in a context of its own", custom("[site]\nexten => _9797X.,1,NoOp()"), undefined],
    ["one for a certain caller", custom("[default]\nexten => _9797X./3035550000,1,NoOp()"), undefined],
    ["a hint", custom("[default]\nexten => _9797X.,hint,SIP/cc100"), undefined],
  ])("a site's custom dialplan: %s", (_what, texts = [], rule, fix) => {
    const found = carrierConflicts(bridge(), { carriers: [telco], phones: [], custom: texts });
    if (rule === undefined) expect(found).toEqual([]);
    else expect(found).toMatchObject([{ rule: expect.stringContaining(rule) as string, ...(fix && { fix }) }]);
  });

  const account = (carrierId: string, accountEntry: string, protocol = "PJSIP") => ({
    carrierId,
    protocol,
    accountEntry,
  });
  test.each<[string, string, string, string, string | undefined]>([
    ["two peers of one name", "SIP", "[edge]\ntype=peer", "[edge]\ntype=peer", "`[edge]`"],
    ["endpoint and aor of one name", "PJSIP", "[edge]\ntype=endpoint", "[edge]\ntype=aor", undefined],
    ["two endpoints of one name", "PJSIP", "[edge]\ntype=endpoint", "[edge]\ntype=endpoint", "type endpoint"],
    ["a wizard of an endpoint's name", "PJSIP", "[edge]\ntype=endpoint", "[edge]\ntype=wizard", "type endpoint"],
    [
      "two transports on one port",
      "PJSIP",
      "[a]\ntype=transport\nprotocol=udp\nbind=0.0.0.0:5070",
      "[b]\ntype=transport\nprotocol=udp\nbind=0.0.0.0:5070",
      "udp on 0.0.0.0:5070",
    ],
    [
      "two transports on two ports",
      "PJSIP",
      "[a]\ntype=transport\nprotocol=udp\nbind=0.0.0.0:5070",
      "[b]\ntype=transport\nprotocol=udp\nbind=0.0.0.0:5071",
      undefined,
    ],
  ])("accounts: %s", (_what, protocol, mine, theirs, message) => {
    const refused = accountConflicts(
      account("NEW", mine, protocol),
      [account("OLD", theirs, protocol), account("IAX", mine, "IAX2")],
      [],
    );
    if (message === undefined) expect(refused).toEqual([]);
    else expect(refused).toEqual([expect.objectContaining({ rule: expect.stringContaining("carrier OLD") as string })]);
  });

  test("accounts: a phone's, and one twice in the same text", () => {
    expect(
      accountConflicts(account("NEW", "[cc100]\ntype=endpoint"), [], [{ extension: "cc100", protocol: "PJSIP" }]),
    ).toHaveLength(1);
    expect(
      accountConflicts(account("NEW", "[cc100]\ntype=endpoint"), [], [{ extension: "cc100", protocol: "SIP" }]),
    ).toEqual([]);
    expect(accountConflicts(account("NEW", "[x]\ntype=aor\n[x]\ntype=aor"), [], [])).toHaveLength(1);
  });
});

describe("lint", () => {
  test.each([
    ["exten => _9X.,1,AGI(agi://127.0.0.1:4577/call_log)\nexten => _9X.,n,Dial(SIP/x/${EXTEN:1},${CAMPDTO},To)", []],
    [
      "exten => _9X.,1,AGI(agi://127.0.0.1:4577/call_log)\nexten => _9X.,n,Dial(SIP/x/${EXTEN:1},55,tTb(foo^o^1))",
      ["`o` loses"],
    ],
    ["exten => _9X.,1,Dial(SIP/x/${EXTEN:1},55,o)\nexten => _9X.,n,AGI(agi://127.0.0.1:4577/call_log)", ["no AGI"]],
    ["exten => _9X.,1,Dial(SIP/x/${EXTEN:1})", ["`o` loses", "no AGI"]],
    ["exten => _9X.,1,Goto(default,8300,1)", []],
  ])("%s", (text, expected) => {
    expect(lintCarrier(parseDialplan(text))).toEqual(expected.map((part) => expect.stringContaining(part) as string));
  });
});
