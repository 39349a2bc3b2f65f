import fc from "fast-check";
import {
  aiCarrier,
  CARRIER_CONTEXT,
  DEFAULT_PATTERNS,
  Dialplan,
  diallerPatterns,
  EXTERNAL_PATTERNS,
  INTERNAL_PATTERNS,
  parseDialplan,
  resolve,
  sipEdge,
  type AiCarrierArgs,
  type CarrierDialplan,
  type DiallerSources,
} from "../../providers/asterisk";
import type { AmiConnection } from "../../core/protocols/ami";
import { generatedTexts } from "../../providers/asterisk/resolution/resolve";
import { leadValue } from "../../providers/asterisk/text/headers";
import { waitFor } from "../kit/files";
import { dialString, patternText } from "../kit/arbitraryPatterns";
import { startAsterisk, type Asterisk } from "./container";

let asterisk: Asterisk;
let ami: AmiConnection;
beforeAll(async () => {
  asterisk = await startAsterisk({ network: "bridge" });
  ami = await asterisk.ami();
}, 300_000);
afterAll(async () => {
  await ami.close();
  await asterisk.remove();
});

/** What `dialplan show` says of each, over one connection: a process for each would take thirty times as long. */
async function showAll(asked: readonly { string: string; context: string }[]): Promise<string[]> {
  const outputs: string[] = [];
  for (const { string, context } of asked) {
    const answer = ami.command(`dialplan show ${string}@${context}`);
    outputs.push(await answer.catch(nothingAnswers));
  }
  return outputs;
}

/** To Asterisk, showing an extension that does not exist is a command that fails. */
function nothingAnswers(thrown: unknown): string {
  const { message } = thrown as Error;
  if (message.includes("There is no existence of")) return message;
  throw thrown;
}

async function loadDialplan(text: string): Promise<string[]> {
  await asterisk.write({ "extensions-vicidial.conf": text });
  await asterisk.cli("dialplan reload");
  return asterisk.logged();
}

const warnings = (lines: readonly string[]) => lines.filter((line) => !line.includes("NOTICE"));

/** Contexts, and the extensions in them, as `dialplan show <exten>@<context>` prints them: in the order of the search. */
function shown(output: string): { context: string; extension: string; priorities: string[] }[] {
  const found: { context: string; extension: string; priorities: string[] }[] = [];
  let context = "";
  for (const line of output.split("\n")) {
    context = /^\[ (?:Included c|C)ontext '([^']+)'/.exec(line)?.[1] ?? context;
    const [, extension, first] = /^ {2}'([^']+)' => +(.*?) +\[/.exec(line) ?? [];
    if (extension !== undefined && first !== undefined) found.push({ context, extension, priorities: [first] });
    else {
      const more = /^ +(?:\[[^\]]*\] +)?(\d+\. .*?) +\[/.exec(line)?.[1];
      if (more !== undefined) found.at(-1)?.priorities.push(more);
    }
  }
  return found;
}

describe("random patterns, each dialplan a context with another included", () => {
  const seed = 20241112;
  const plans = fc.sample(
    fc.record({
      own: fc.array(patternText, { minLength: 5, maxLength: 12 }),
      included: fc.array(patternText, { minLength: 2, maxLength: 6 }),
      dialled: fc.uniqueArray(dialString, { minLength: 30, maxLength: 30 }),
    }),
    { seed, numRuns: 80 },
  );
  const asked = plans.flatMap(({ dialled }, index) =>
    dialled.map((string) => ({ index, string, context: `p${index}` })),
  );
  const models = plans.map(({ own, included }, index) => {
    const dialplan = new Dialplan<number>();
    const lines = [
      `[p${index}]`,
      ...own.map((extension, at) => `exten => ${extension},1,Log(NOTICE,hit ${at} by \${EXTEN})`),
      `include => i${index}`,
      `[i${index}]`,
      ...included.map((extension, at) => `exten => ${extension},1,Log(NOTICE,hit ${100 + at} by \${EXTEN})`),
    ];
    const parsed = parseDialplan(lines.join("\n"));
    for (const line of parsed.lines) dialplan.add(line, Number(/hit (\d+)/.exec(line.data)?.[1]));
    for (const { context, included: name } of parsed.includes) dialplan.include(context, name);
    return { dialplan, lines };
  });
  const expected = ({ index, string, context }: (typeof asked)[number]) =>
    models[index]!.dialplan.find(context, string).map(({ priorities }) => priorities[0]!.owner);

  beforeAll(() => loadDialplan(models.flatMap(({ lines }) => lines).join("\n")));

  test(`\`dialplan show\` lists the same extensions in the same order (${asked.length} pairs)`, async () => {
    const outputs = await showAll(asked);
    const answers = outputs.map((output) =>
      shown(output).map(({ priorities }) => Number(/hit (\d+)/.exec(priorities[0]!)?.[1])),
    );
    expect(asked.map((one, at) => [one, answers[at]])).toEqual(asked.map((one) => [one, expected(one)]));
    // Else the pairs would prove nothing.
    expect(answers.filter((hits) => hits.length > 1).length).toBeGreaterThan(asked.length / 10);
    expect(answers.filter((hits) => hits.length === 0).length).toBeGreaterThan(asked.length / 10);
  }, 60_000);

  test("calls really go there", async () => {
    const reached = asked.filter((one) => expected(one).length > 1).slice(0, 40);
    // A pattern like `_!` also catches the special extension `h`, hence `by`.
    await asterisk.logged();
    const hits: string[] = [];
    for (const { string, context } of reached) {
      await asterisk.cli(`channel originate Local/${string}@${context} application NoOp`);
      await waitFor(`the call to ${string}@${context}`, 10_000, async () => {
        const seen = (await asterisk.logged()).flatMap((line) =>
          line.includes(` by ${string}`) ? (/hit \d+/.exec(line)?.[0] ?? []) : [],
        );
        hits.push(...seen);
        return seen.length > 0;
      });
    }
    expect(hits).toEqual(reached.map((one) => `hit ${expected(one)[0]}`));
  }, 60_000);
});

const bridge = { aiPrefix: "9797", account: "sigmamind" };
const everything: Partial<AiCarrierArgs>[] = [
  {},
  { leadFields: ["first_name", "city"], leadService: { host: "172.31.0.1", port: 4573 } },
  { headers: { "X-source": "autumn 24: a/b #1" } },
  { transfer: { to: ["+18135551111", "+18135552222"], prefix: "8", callerId: "3038142839" } },
  { transfer: { to: ["+18135551111"], prefix: "8", callerId: "3038142839", onFailure: "hangup" } },
  { fallback: { extension: "8300" } },
  { fallback: { inGroup: "SALES" } },
  { fallback: { routeNumber: "+19895550000" } },
  {
    leadFields: ["comments"],
    leadService: { host: "leads.local" },
    headers: { "X-a": "b" },
    transfer: { to: ["+18135551111"], prefix: "8", callerId: "3038142839" },
    fallback: { routeNumber: "+19895550000" },
  },
];
const bridges = (["sip", "pjsip"] as const).flatMap((stack, group) =>
  everything.map((args, index) => aiCarrier({ ...bridge, ...args, stack, routeNumber: `+1989555${group}2${index}0` })),
);

/** What VICIdial would generate for the dialler, its own lines reduced to NoOp. */
function generated(sources: DiallerSources): string {
  const stock = (extensions: readonly string[]) => extensions.map((extension) => `exten => ${extension},1,NoOp()`);
  const texts = generatedTexts(sources.carriers).map(({ carrierId }) => carrierId);
  const custom = (sources.custom ?? []).map(({ serverIp, entry }) => ({
    name: serverIp === undefined ? "vicidial-auto-system-setting-custom" : "vicidial-auto-server-custom",
    entry,
  }));
  return [
    // The file with these is read before the site's `[default]`.
    ...custom.flatMap(({ name, entry }) => [`[${name}]`, entry]),
    "[default]",
    "include => vicidial-auto",
    ...stock(DEFAULT_PATTERNS),
    `[${CARRIER_CONTEXT}]`,
    ...stock([...EXTERNAL_PATTERNS, ...(sources.diallers ?? []).flatMap(diallerPatterns)]),
    ...texts.map((id) => sources.carriers.find(({ carrierId }) => carrierId === id)!.dialplanEntry),
    "[vicidial-auto-internal]",
    ...stock(INTERNAL_PATTERNS),
    "[vicidial-auto-phones]",
    ...stock(sources.phones.map(({ dialplanNumber }) => dialplanNumber)),
    "[vicidial-auto]",
    ...["internal", "phones", "external"].map((name) => `include => vicidial-auto-${name}`),
    ...custom.reverse().map(({ name }) => `include => ${name}`),
  ].join("\n");
}

const telephony = (carrierId: string, pattern: string, protocol: string, more = ""): CarrierDialplan => ({
  carrierId,
  protocol,
  dialplanEntry: `exten => ${pattern},1,AGI(agi://127.0.0.1:4577/call_log)\nexten => ${pattern},n,Dial(SIP/\${EXTEN:4}@telco,,To)\nexten => ${pattern},n,Hangup()${more}`,
});

describe("a dialler with telephony carriers, phones and eighteen bridges", () => {
  const sources: DiallerSources = {
    phones: ["100", "101", "851100", "97973035500914"].map((dialplanNumber) => ({
      extension: `cc${dialplanNumber}`,
      dialplanNumber,
    })),
    diallers: ["10.0.0.103", "10.0.0.104"],
    custom: [
      {
        entry:
          "exten => _66X.,1,NoOp(whole system)\nexten => _67X.,1,NoOp()\n[default]\nexten => _9797444.,1,NoOp()\n" +
          "include => site\n[site]\nexten => _979744X.,1,NoOp(before every carrier)",
      },
      {
        serverIp: "10.0.0.103",
        entry: "exten => _66X.,1,NoOp(server)\n[vicidial-auto-external]\nexten => _9797555X.,1,NoOp(among carriers)",
      },
    ],
    carriers: [
      telephony("TELCO", "_9797X.", "SIP"),
      telephony("TELCO2", "_9797[0-9].", "PJSIP", "\nexten => _9797[0-9].,n,NoOp(appended)"),
      telephony("NANPA", "_97971NXXNXXXXXX", "IAX2"),
      telephony("MANUAL", "_8787X.", "SIP"),
      telephony("WIDE", "_9.", "PJSIP_WIZ"),
      telephony("LATER", "_7X.", "PJSIP"),
      ...bridges.map(({ dialplanEntry, protocol }, index) => ({ carrierId: `AIB${index}`, protocol, dialplanEntry })),
    ],
  };
  let log: string[];
  beforeAll(async () => {
    log = await loadDialplan(generated(sources));
  });

  test("loads, and refuses nothing but the pattern that two carriers define", () => {
    expect(warnings(log).length).toBeGreaterThan(0);
    expect(
      warnings(log).filter(
        (line) => !line.includes("_9797[0-9].") && !line.includes("Unable to register extension at line"),
      ),
    ).toEqual([]);
  });

  const numbers = [
    ...bridges.map(({ remoteExtension }) => remoteExtension),
    ...bridges.map(({ remoteExtension }) => `${remoteExtension}h`),
    ...bridges.map(({ remoteExtension }) => remoteExtension.slice(0, -1)),
    ...fc
      .sample(
        fc.tuple(
          fc.constantFrom(
            "9797",
            "97971",
            "979",
            "8787",
            "9",
            "8",
            "851",
            "7",
            "980",
            "1383",
            "9000",
            "010*000*000*103*",
          ),
          fc.stringMatching(/^[0-9]{1,11}$/),
        ),
        { seed: 7, numRuns: 200 },
      )
      .map((parts) => parts.join("")),
    // A site's custom texts: in [default], in a context included there, beside the carriers, after them.
    ...["97974445", "97974425", "97975551", "6612", "6712"],
    "97973035500914",
    "97919895551234",
    "8368",
    "8369",
    "138368",
    "90009*SALES**0000000012**3035500914*VDAD*",
  ];

  test(`\`dialplan show <exten>@default\` agrees with the resolver (${numbers.length} dial strings)`, async () => {
    const outputs = await showAll(numbers.map((string) => ({ string, context: "default" })));
    const real = outputs.map((output) => shown(output)[0]);
    expect(numbers.map((number, at) => [number, real[at]?.context, real[at]?.extension])).toEqual(
      numbers.map((number) => {
        const resolution = resolve(number, sources);
        return [number, resolution?.context, resolution?.pattern];
      }),
    );
  }, 60_000);

  test("the surplus line of the second carrier is appended to the first one's pattern", async () => {
    const [own] = shown((await asterisk.cli("dialplan show 979755@default"))[0] ?? "");
    expect(own).toMatchObject({
      extension: "_9797X.",
      priorities: [
        expect.stringContaining("1. AGI"),
        expect.stringContaining("2. Dial"),
        expect.stringContaining("3. Hangup"),
        expect.stringContaining("4. NoOp(appended)"),
      ],
    });
    expect(resolve("979755", sources)?.appended).toEqual([{ kind: "carrier", carrierId: "TELCO2" }]);
  });
});

test("bridges' texts alone load without a word, and the next carrier's lines still land where VICIdial wants them", async () => {
  const carriers = bridges.map(({ dialplanEntry }) => dialplanEntry);
  expect(await loadDialplan([`[${CARRIER_CONTEXT}]`, ...carriers, "exten => _1X.,1,NoOp(last)"].join("\n"))).toEqual(
    [],
  );
  const [last = ""] = await asterisk.cli(`dialplan show 123@${CARRIER_CONTEXT}`);
  expect(shown(last)).toMatchObject([{ extension: "_1X.", priorities: ["1. NoOp(last)"] }]);
});

test("edges' accounts load without a warning, each on its stack and transport", async () => {
  const host = "10.0.0.5";
  const sip = sipEdge({ account: "e-sip", stack: "sip", host, transport: "udp" });
  const pjsip = [
    sipEdge({ account: "e-udp", stack: "pjsip", host, transport: "udp", codecs: ["g722", "ulaw"], qualifySeconds: 60 }),
    sipEdge({ account: "e-tcp", stack: "pjsip", host, transport: "tcp", allowTransfer: true }),
    sipEdge({ account: "e-tls", stack: "pjsip", host, transport: "tls", srtp: true }),
    sipEdge({
      account: "e-ca",
      stack: "pjsip",
      host,
      transport: "tls",
      srtp: true,
      caPath: "/etc/ssl/certs",
      bindPort: 5081,
    }),
  ];
  await asterisk.logged();
  await asterisk.write({
    "sip-vicidial.conf": sip.accountEntry,
    "pjsip-vicidial.conf": pjsip.map(({ accountEntry }) => accountEntry).join("\n"),
  });
  // `pjsip reload` is an alias of this command.
  await asterisk.cli("sip reload", "module reload res_pjsip.so");
  await waitFor("both stacks have read their files", 20_000, async () => {
    const [peers, endpoints] = await asterisk.cli("sip show peers", "pjsip show endpoints");
    return (
      peers!.includes("e-sip") && ["e-udp", "e-tcp", "e-tls", "e-ca"].every((name) => endpoints!.includes(` ${name} `))
    );
  });
  expect(warnings(await asterisk.logged())).toEqual([]);
  const [peer, transports, endpoint] = await asterisk.cli(
    "sip show peer e-sip",
    "pjsip show transports",
    "pjsip show endpoint e-tls",
  );
  expect(peer).toMatch(/Context +: aib-none/);
  expect(peer).toMatch(/Transfer mode: closed/);
  expect(peer).toMatch(/Send RPID +: No/);
  expect(transports).toMatch(/transport-aib-udp-5070 +udp .*0\.0\.0\.0:5070/);
  expect(transports).toMatch(/transport-aib-tcp-5072 +tcp/);
  expect(transports).toMatch(/transport-aib-tls-5071 +tls/);
  expect(transports).toMatch(/transport-aib-tls-5081-verified +tls/);
  expect(endpoint).toMatch(/media_encryption +: sdes/);
  expect(endpoint).toMatch(/allow_transfer +: false/);
  expect(endpoint).toMatch(/transport +: transport-aib-tls-5071/);
}, 60_000);

test("a hostile lead value is filtered and cut, never evaluated", async () => {
  const hostile = `O\\'Brien \${SHELL(id)} $[1+1] "a, b;c" <x@y.z> +1/2 #3:4_5 | ${"z".repeat(80)}`;
  await loadDialplan(`[filter]\nexten => s,1,Log(NOTICE,value ${leadValue("city")} end)`);
  await asterisk.cli(
    `dialplan set global AIBL_city "${hostile.replaceAll('"', '\\"')}"`,
    "channel originate Local/s@filter application NoOp",
  );
  let value: string | undefined;
  await waitFor("the filtered value", 10_000, async () => {
    value = (await asterisk.logged()).map((line) => /value (.*) end/.exec(line)?.[1]).find((one) => one !== undefined);
    return value !== undefined;
  });
  expect(value).toBe("OBrien SHELLid 1+1 a bc x@y.z +1/2 #3:4_5  ".padEnd(64, "z"));
}, 30_000);
