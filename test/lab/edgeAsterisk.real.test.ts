/** The SIP edge called by a real Asterisk with the accounts that this project generates: every stack, transport and transfer outcome. */
import { periods, readMonoWav } from "../../lab/audio";
import { sipEdge, type SipStack, type Transport } from "../../providers/asterisk";
import { startCallingAsterisk, type CallingAsterisk } from "./callingAsterisk";
import { startEdgeParts, type EdgeCallSeen, type EdgeParts } from "./edgeParts";

interface Account {
  name: string;
  stack: SipStack;
  transport: Transport;
  srtp?: boolean;
  allowTransfer?: boolean;
  bindPort?: number;
}
const accounts: readonly Account[] = [
  { name: "chan", stack: "sip", transport: "udp", allowTransfer: true },
  { name: "udp", stack: "pjsip", transport: "udp", allowTransfer: true },
  { name: "tcp", stack: "pjsip", transport: "tcp", allowTransfer: true },
  { name: "tls", stack: "pjsip", transport: "tls", srtp: true, allowTransfer: true },
  { name: "channo", stack: "sip", transport: "udp", allowTransfer: false },
  { name: "udpno", stack: "pjsip", transport: "udp", allowTransfer: false, bindPort: 5080 },
];
const ALLOWED = "+18135551111";
/** What the agent transfers to, by the call's name; without it, it does not. */
const targets: Readonly<Record<string, string>> = {
  allowed: ALLOWED,
  unknown: "+18135559999",
  extension: "8368",
  tel: `tel:${ALLOWED}`,
  foreign: `sip:${ALLOWED}@elsewhere.test`,
};
/** Each account's calls: one without a transfer, and those whose outcome is of interest. */
const plan: readonly { account: Account; target?: string }[] = accounts.flatMap((account) => {
  if (account.name.endsWith("no")) return [{ account, target: "allowed" }];
  if (account.name === "chan" || account.name === "udp")
    return [{ account }, ...Object.keys(targets).map((target) => ({ account, target }))];
  return [{ account }, { account, target: "allowed" }];
});
const nameOf = ({ account, target }: (typeof plan)[number]) =>
  `${account.name}${target === undefined ? "" : `-${target}`}`;
const numberOf = (name: string) =>
  `+1989555${String(100 + plan.findIndex((call) => nameOf(call) === name)).padStart(4, "0")}`;

// A busy machine answers late.
jest.setTimeout(60_000);

let parts: EdgeParts;
let asterisk: CallingAsterisk;
const seen = new Map<string, EdgeCallSeen>();
const on = (name: string) => seen.get(name)!;

beforeAll(async () => {
  parts = await startEdgeParts();
  const host = parts.edge.address;
  const text = (stack: SipStack) =>
    accounts
      .filter((account) => account.stack === stack)
      .map(({ name, ...account }) => sipEdge({ ...account, account: name, host }).accountEntry)
      .join("\n");
  asterisk = await startCallingAsterisk({
    "sip.conf": `[general]\nudpbindaddr=0.0.0.0:5060\n${text("sip")}`,
    "pjsip.conf": `[global]\ntype=global\n${text("pjsip")}`,
    "extensions.conf": dialplan(),
  });
  await parts.agent("Greeter", "Live", { welcomeMessage: "Hello {{first_name}}." });
  for (const call of plan) {
    const { target } = call;
    const transferTo = target === undefined ? null : targets[target];
    // Long enough for a transfer that fails to be seen to go on.
    await parts.register(numberOf(nameOf(call)), "Greeter", { transferTo, hangUpAfterMs: 9_000 });
  }
  // Three at a time: enough to save time, few enough for a small machine.
  const queue = plan.map(nameOf);
  await Promise.all(
    Array.from({ length: 3 }, async () => {
      for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
        await asterisk.cli(`channel originate Local/s@customer/n extension ${name}@answered`);
        seen.set(name, await parts.ended(numberOf(name)));
      }
    }),
  );
}, 900_000);
afterAll(async () => {
  await Promise.all([parts.remove(), asterisk.remove()]);
}, 60_000);

/** A customer who says a tone now and then, called over an account as VICIdial's dialplan would; and a third party. */
function dialplan(): string {
  const calls = plan.flatMap((call) => {
    const [name, { stack, name: account }] = [nameOf(call), call.account];
    const dial = `${stack === "sip" ? "SIP" : "PJSIP"}/${numberOf(name)}@${account},20,o`;
    return [
      `exten => ${name},1,Set(CALLERID(all)="V1221116230000000008" <3035500914>)`,
      " same => n,Set(_TRANSFER_CONTEXT=refer)",
      ` same => n,MixMonitor(/tmp/${name}.wav,t(/tmp/${name}-heard.wav))`,
      ...(stack === "sip" ? [" same => n,SIPAddHeader(X-first_name: Maria)"] : []),
      ` same => n,Dial(${dial}${stack === "sip" ? "" : "b(answered^headers^1)"})`,
      ` same => n,Log(NOTICE,${name} ended \${DIALSTATUS})`,
      " same => n,Hangup()",
    ];
  });
  return [
    "[customer]",
    "exten => s,1,Answer()",
    " same => n,PlayTones(1000/1000,0/2000)",
    " same => n,Wait(40)",
    "[answered]",
    ...calls,
    "exten => headers,1,Set(PJSIP_HEADER(add,X-first_name)=Maria)",
    " same => n,Return()",
    "[refer]",
    `exten => ${ALLOWED},1,Log(NOTICE,third party ${ALLOWED})`,
    " same => n,Answer()",
    // PJSIP reports 200 with the first sound that reaches the customer; without any it reports 503 at the end (seen).
    " same => n,PlayTones(800/1000)",
    " same => n,Wait(3)",
    " same => n,Hangup()",
  ].join("\n");
}

describe.each(["chan", "udp", "tcp", "tls"])("%s", (name) => {
  const account = accounts.find((one) => one.name === name)!;

  test("the edge sees the number, the customer and each header once, on the transport asked for", () => {
    expect(on(name)).toMatchObject({
      routeNumber: numberOf(name),
      toUser: numberOf(name),
      from: { name: "V1221116230000000008", number: "3035500914" },
      transport: account.transport,
      srtp: account.srtp ?? false,
      status: 200,
      headers: [{ name: "X-first_name", values: ["Maria"], count: 1 }],
      ending: "agent hung up",
    });
  });

  test("both hear each other", async () => {
    const [tone] = on(name).heard.filter(({ kind }) => kind === "tone");
    expect(Math.abs((tone?.hz ?? 0) - 1000)).toBeLessThan(5);
    const file = await asterisk.file(`/tmp/${name}-heard.wav`);
    expect(periods(readMonoWav(file)).filter(({ kind }) => kind === "speech")).not.toEqual([]);
  });

  test("a transfer to an allowed number: the customer is taken over, the agent leaves", async () => {
    const transferred = on(`${name}-allowed`);
    expect(transferred).toMatchObject({
      ending: "transferred",
      said: [{ text: "Hello Maria." }],
      transfers: [{ to: ALLOWED, outcome: "done", wire: { answer: { status: 202 } } }],
    });
    const [transfer] = transferred.transfers;
    expect(transfer!.wire!.notified.at(-1)?.status).toBe(200);
    // LiveKit hangs up within a second of the outcome.
    expect(transferred.endedAt! - transfer!.wire!.notified.at(-1)!.at).toBeLessThan(3_000);
    expect((await asterisk.said()).filter((line) => line === `third party ${ALLOWED}`).length).toBeGreaterThan(0);
  });
});

/** Status lines as Asterisk 16 answers (docs/facts/asterisk.md#refer). */
describe.each([
  ["chan-unknown", 404],
  ["udp-unknown", 404],
  ["chan-extension", 404],
  ["udp-extension", 404],
  ["chan-tel", 603],
  ["udp-tel", 400],
  ["channo-allowed", 603],
  ["udpno-allowed", 603],
])("%s", (name, status) => {
  test(`the transfer is refused with ${status}, and the call goes on`, () => {
    expect(on(name)).toMatchObject({
      ending: "agent hung up",
      said: [{ text: "Hello Maria." }, { text: "I am sorry, I could not transfer you." }, ...on(name).said.slice(2)],
      transfers: [{ outcome: "failed", status }],
    });
  });
});

test.each(["chan-foreign", "udp-foreign"])("%s: the host of a target means nothing, the extension does", (name) => {
  expect(on(name).transfers).toMatchObject([{ outcome: "done" }]);
});
