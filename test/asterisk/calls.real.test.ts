import { aiCarrier, CARRIER_CONTEXT, sipEdge, type AiCarrierArgs, type SipStack } from "../../providers/asterisk";
import { waitFor } from "../kit/files";
import { startAsterisk, type Asterisk } from "./container";

/**
 * Generated texts carrying real calls: one Asterisk is dialler and edge at once, calling itself over SIP from one stack to
 * the other. The edge is a context that logs what arrives; the agent's REFER is Asterisk's own Transfer application.
 */
let asterisk: Asterisk;
beforeAll(async () => {
  asterisk = await startAsterisk();
}, 300_000);
afterAll(async () => {
  await asterisk.remove();
});

/** The other stack of the same Asterisk plays the edge. */
const edges: Record<SipStack, { port: number; header: string; transfer: string }> = {
  sip: { port: 5080, header: "PJSIP_HEADER(read,NAME)", transfer: "PJSIP/sip:TARGET@127.0.0.1" },
  pjsip: { port: 5060, header: "SIP_HEADER(NAME)", transfer: "SIP/TARGET@127.0.0.1" },
};

describe.each<SipStack>(["sip", "pjsip"])("calls through %s", (stack) => {
  const { port, header, transfer } = edges[stack];
  const account = sipEdge({ account: "ai", stack, host: "127.0.0.1", transport: "udp", port, allowTransfer: true });
  const bridge = (routeNumber: string, args: Partial<AiCarrierArgs> = {}) =>
    aiCarrier({ aiPrefix: "9797", account: "ai", stack, routeNumber, ringTimeout: 10, ...args });
  const lead = { leadFields: ["city", "comments"], leadService: { host: "127.0.0.1", port: 4573 } };
  const toHuman = { to: ["+18135551111"], prefix: "8", callerId: "3038142839" };
  const bridges = [
    bridge("+19895551001", { ...lead, headers: { "X-source": "autumn 24" } }),
    bridge("+442079460000", { fallback: { extension: "8300" } }),
    bridge("+19895551002", { transfer: toHuman, headers: { "X-source": "autumn 24" } }),
    bridge("+19895551003", { transfer: toHuman }),
    bridge("+19895551004"),
  ];
  const read = (name: string) => `\${${header.replace("NAME", name)}}`;
  const refer = (target: string) => `Transfer(${transfer.replace("TARGET", target)})`;
  const extension = (name: string, ...steps: string[]) =>
    steps.map((step, at) => `exten => ${name},${at === 0 ? 1 : "n"},${step}`);
  const seen = `edge \${EXTEN} from \${CALLERID(num)} city=${read("X-city")} comments=${read("X-comments")} source=${read("X-source")} status=${read("X-transfer_status")}`;
  const dialplan = [
    "[default]",
    `include => ${CARRIER_CONTEXT}`,
    ...extension("8368", "Log(NOTICE,third party 8368)", "Hangup()"),
    ...extension("8300", "Log(NOTICE,fallback ${CALLERID(name)})", "Hangup()"),
    ...extension(
      "_8X.",
      "Log(NOTICE,third party ${EXTEN} from ${CALLERID(num)})",
      'GotoIf($["${BUSY}"="1"]?busy)',
      "Answer()",
      "Wait(2)",
      "Hangup()",
    ),
    "exten => _8X.,n(busy),Busy(1)",
    `[${CARRIER_CONTEXT}]`,
    ...bridges.map(({ dialplanEntry }) => dialplanEntry),
    "[customer]",
    ...extension("s", "Answer()", "Wait(8)", "Hangup()"),
    "[answered]",
    // As VICIdial's routing leaves the customer's channel: V-code as name, his number, then on to the remote extension.
    ...extension(
      "_X.",
      'Set(CALLERID(all)="V1221116230000000008" <3035500914>)',
      "Set(_AIBL_city=Salt Lake City)",
      "Set(_AIBLEAD=1)",
      "Goto(default,${EXTEN},1)",
    ),
    "[edge]",
    ...extension("_+1989555100[14]", `Log(NOTICE,${seen})`, "Answer()", "Wait(1)", "Hangup()"),
    ...extension("+19895551002", `Log(NOTICE,${seen})`, "Answer()", "Wait(1)", refer("+18135551111"), "Wait(3)"),
    ...extension(
      "+19895551003",
      `Log(NOTICE,${seen})`,
      "Answer()",
      "Wait(1)",
      "Log(NOTICE,the agent refers to 8368)",
      refer("8368"),
      "Wait(1)",
    ),
  ];
  const receiver =
    "[transport-edge]\ntype=transport\nprotocol=udp\nbind=127.0.0.1:5080\n[edge]\ntype=endpoint\ncontext=edge\ndisallow=all\nallow=ulaw\n[edge]\ntype=identify\nendpoint=edge\nmatch=127.0.0.1";

  beforeAll(async () => {
    await asterisk.write({
      "extensions-vicidial.conf": dialplan.join("\n"),
      "sip-vicidial.conf": stack === "sip" ? account.accountEntry : "context=edge\nallowguest=yes",
      "pjsip-vicidial.conf": stack === "sip" ? receiver : account.accountEntry,
    });
    await asterisk.cli("dialplan reload", "sip reload", "module reload res_pjsip.so");
    await waitFor("both stacks have read their files", 20_000, async () => {
      const [peers, endpoints] = await asterisk.cli("sip show peers", "pjsip show endpoints");
      return stack === "sip"
        ? peers!.includes("ai ") && endpoints!.includes(" edge ")
        : !peers!.includes("ai ") && endpoints!.includes(" ai ");
    });
    await asterisk.logged();
  }, 60_000);

  /** Calls a remote extension for an answered customer and returns what was logged until the line that is waited for. */
  async function call(remoteExtension: string, until: string): Promise<string[]> {
    const lines: string[] = [];
    // As the lead service sets a value: unexpanded.
    await asterisk.cli('dialplan set global AIBL_comments "${SHELL(id)}"');
    await asterisk.cli(`channel originate Local/s@customer extension ${remoteExtension}@answered`);
    const listen = async () => {
      const heard = (await asterisk.logged()).map((line) => /Ext\. \S+: (.*)$/.exec(line)?.[1]);
      lines.push(...heard.filter((line) => line !== undefined));
    };
    await waitFor(until, 30_000, async () => {
      await listen();
      return lines.some((line) => line.includes(until));
    });
    await waitFor("the call is over", 30_000, async () =>
      (await asterisk.cli("core show channels count"))[0]!.includes("0 active channels"),
    );
    await listen();
    return lines;
  }

  test("the edge hears the route number, the customer's number and the headers; a silent lead service delays nothing", async () => {
    const lines = await call("979719895551001", "edge +19895551001");
    expect(lines).toContainEqual(
      expect.stringMatching(
        /edge \+19895551001 from 3035500914 city=Salt Lake City comments=SHELLid source=autumn 24 status=$/,
      ),
    );
    expect(lines.join()).not.toContain("uid=");
  }, 60_000);

  test("a bridge without extras reaches the edge without headers", async () => {
    expect(await call("979719895551004", "edge +19895551004")).toContainEqual(
      expect.stringContaining("edge +19895551004 from 3035500914 city= comments= source= status="),
    );
  }, 60_000);

  test("an edge that does not know the number: the customer goes to the fallback, V-code and all", async () => {
    expect(await call("9797442079460000", "fallback")).toContainEqual(
      expect.stringContaining("fallback V1221116230000000008"),
    );
  }, 60_000);

  test("a REFER to an allowed number reaches the third party through the telephony prefix with the campaign's caller id", async () => {
    expect(await call("979719895551002", "third party")).toContainEqual(
      expect.stringContaining("third party 818135551111 from 3038142839"),
    );
  }, 60_000);

  test("a busy third party: the customer meets the agent once more, who is told", async () => {
    await asterisk.cli("dialplan set global BUSY 1");
    const lines = await call("979719895551002", "status=BUSY");
    await asterisk.cli("dialplan set global BUSY 0");
    expect(lines.filter((line) => line.includes("edge +19895551002"))).toHaveLength(2);
    expect(lines).toContainEqual(expect.stringMatching(/source=autumn 24 status=BUSY$/));
  }, 60_000);

  test("a REFER to anything else is refused and nobody is called", async () => {
    const lines = await call("979719895551003", "the agent refers");
    expect(lines.join("\n")).not.toContain("third party");
  }, 60_000);
});
