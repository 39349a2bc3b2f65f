/** The telephone network alone: each customer called by a telephone that measures what comes over SIP and RTP. */
import { setTimeout as pause } from "node:timers/promises";
import axios from "axios";
import {
  dominantFrequency,
  findUtterance,
  periods,
  readMonoWav,
  slice,
  tone,
  type Period,
  type Sound,
} from "../../lab/audio";
import type { CarrierCall } from "../../lab/carrier/calls";
import { toneOf } from "../../lab/carrier/customers";
import { waitFor } from "../kit/files";
import { startLabPart, type LabPart } from "../kit/labImage";
import { Phone, type PhoneCall } from "../kit/phone/phone";
import { amdVerdict } from "./amd";

const PORT = 8083;
let carrier: LabPart;
let phone: Phone;
let control: string;

beforeAll(async () => {
  carrier = await startLabPart("carrier", { CARRIER_CONTROL_PORT: String(PORT) });
  control = `http://${carrier.address}:${PORT}`;
  phone = await Phone.open(carrier.address, 5060);
}, 600_000);

afterAll(async () => {
  phone.close();
  await carrier.remove();
}, 60_000);

const number = (digits: string) => `130355501${digits}`;
const speech = async (text: string) => {
  const { data } = await axios.get<ArrayBuffer>(`${control}/speech.wav`, {
    params: { text },
    responseType: "arraybuffer",
  });
  return readMonoWav(Buffer.from(data));
};
const told = async () => (await axios.get<CarrierCall[]>(`${control}/calls`)).data;

/** What the carrier knows about one of our calls. */
async function record({ callId }: PhoneCall): Promise<CarrierCall> {
  const found = (await told()).find((call) => call.callId === callId);
  if (found === undefined) throw new Error("the carrier has no record of the call");
  return found;
}

/** Everybody at once, heard for 21 s: the calls do not disturb each other. */
describe("customers", () => {
  const everybody = [
    "14",
    "77",
    "20",
    "30",
    "40",
    "41",
    "42",
    "43",
    "50",
    "51",
    "52",
    "53",
    "60",
    "72",
    "80",
    "81",
    "83",
  ];
  const calls = new Map<string, PhoneCall>();
  const on = (digits: string) => calls.get(digits)!;
  const ringing = (call: PhoneCall) => call.responses.find(({ status }) => status === 180)!.at;
  const heard = (digits: string) => periods(on(digits).media.heard());
  // Customers' tones are 20 Hz apart.
  const kinds = (found: Period[]) =>
    found.map((period) => (period.kind === "tone" ? 20 * Math.round(period.hz / 20) : period.kind));
  /** Within what a busy machine adds. */
  const about = (actual: number | undefined, wanted: number, by = 350) =>
    expect(Math.abs((actual ?? NaN) - wanted)).toBeLessThanOrEqual(by);

  beforeAll(async () => {
    for (const digits of everybody) calls.set(digits, await phone.call(number(digits)));
    await pause(21_000);
    for (const call of calls.values()) call.hangUp();
    await waitFor("the carrier knows that all calls are over", 5_000, async () =>
      (await told()).every(({ endedAt }) => endedAt !== undefined),
    );
    await pause(1_100); // until the carrier takes the recordings for finished
  }, 60_000);

  test.each(["14", "77"])(
    "a person (…%s) rings 4 s, says hello after 0.3 s, then speaks with a tone of his own",
    (digits) => {
      const call = on(digits);
      about(call.answeredAt! - ringing(call), 4000);
      about(call.media.firstAt! - call.answeredAt!, 0, 200);
      const [hello, turn, own] = heard(digits);
      expect(kinds([hello!, turn!, own!])).toEqual(["speech", "speech", toneOf(digits)]);
      about(hello!.startMs, 300, 120);
      // A person by every detector's measure: one short word, then more than a second of silence.
      expect(hello!.endMs - hello!.startMs).toBeLessThan(1000);
      about(turn!.startMs - hello!.endMs, 2700);
      about(own!.endMs - own!.startMs, 800, 60);
      expect(heard(digits).length).toBeGreaterThanOrEqual(5);
    },
  );

  test("…20 answers at once", () => {
    expect(on("20").answeredAt! - on("20").startedAt).toBeLessThan(500);
    expect(kinds(heard("20")).slice(0, 3)).toEqual(["speech", "speech", toneOf("20")]);
  });

  test("…30 greets for more than 6 s without a pause of a second, beeps and listens", () => {
    const found = heard("30");
    const beep = found.at(-1)!;
    expect(kinds([beep])).toEqual([1000]);
    about(beep.endMs - beep.startMs, 800, 60);
    const greeting = found.slice(0, -1);
    expect(kinds(greeting).every((kind) => kind === "speech")).toBe(true);
    expect(greeting[0]!.startMs).toBeLessThan(1000);
    expect(greeting.at(-1)!.endMs - greeting[0]!.startMs).toBeGreaterThan(6000);
    greeting.slice(1).forEach(({ startMs }, at) => expect(startMs - greeting[at]!.endMs).toBeLessThan(800));
    expect(on("30").ended).toMatchObject({ by: "us" });
  });

  // On a busy machine AMD's clock runs up to twice as fast as the voice, and the routing begins to listen later.
  test.each([
    ["30", { status: "MACHINE", cause: "MAXWORDS" }],
    ["14", { status: "HUMAN" }],
    ["77", { status: "HUMAN" }],
    ["50", { status: "MACHINE", cause: "INITIALSILENCE" }],
    ["51", { status: "MACHINE", cause: "INITIALSILENCE" }],
  ])("…%s is clear to an answering machine detector with VICIdial's arguments: %j", (digits, verdict) => {
    for (const late of [0, 100, 200, 300, 400])
      for (const haste of [1, 1.8]) expect(amdVerdict(on(digits).media.heard(), late, haste)).toMatchObject(verdict);
  });

  test.each([
    ["40", 486],
    ["42", 404],
    ["43", 503],
  ])("…%s refuses with %d at once", (digits, status) => {
    expect(on(digits).status).toBe(status);
    expect(on(digits).ended!.at - on(digits).startedAt).toBeLessThan(1000);
  });

  test("…41 rings until the caller gives up", async () => {
    expect(on("41").answeredAt).toBeUndefined();
    expect(on("41").responses.map(({ status }) => status)).toEqual(expect.arrayContaining([180, 487]));
    expect(await record(on("41"))).toMatchObject({ status: 487, endedBy: "caller", said: [] });
  });

  test.each([
    ["50", 3400],
    ["51", 7500],
  ])("…%s is silent for so long, then a person: %d ms", (digits, ms) => {
    expect(on(digits).media.firstAt! - on(digits).answeredAt!).toBeLessThan(200); // silence, not nothing
    about(heard(digits)[0]!.startMs, ms, 200);
  });

  test("…52 sends silence for ever, …53 nothing", () => {
    expect(heard("52")).toEqual([]);
    const seconds = (on("52").ended!.at - on("52").answeredAt!) / 1000;
    expect(on("52").media.received).toBeGreaterThan(45 * seconds); // 50 packets a second
    expect(on("53").answeredAt).toBeDefined();
    expect(on("53").media.received).toBe(0);
  });

  test("…60 says hello and hangs up a second later", async () => {
    expect(kinds(heard("60"))).toEqual(["speech"]);
    expect(on("60").ended!.by).toBe("them");
    about(on("60").ended!.at - on("60").answeredAt!, 2150);
    expect(await record(on("60"))).toMatchObject({ endedBy: "customer", status: 200 });
  });

  test("…72 presses CC and a number after each turn, as RFC 4733", () => {
    const keys = on("72").media.keys();
    const pressed = keys.map(({ key }) => key).join("");
    expect(pressed.slice(0, 14)).toBe("CC813035556666");
    for (const { ms } of keys.slice(0, 14)) expect(ms).toBeGreaterThanOrEqual(100);
    expect(kinds(heard("72")).slice(0, 3)).toEqual(["speech", "speech", toneOf("72")]);
  });

  test("human agents: …80 answers, …81 is busy after ringing, …83 hangs up", () => {
    about(on("80").answeredAt! - ringing(on("80")), 2000);
    expect(kinds(heard("80")).slice(0, 3)).toEqual(["speech", toneOf("80"), "speech"]);
    expect(on("81").status).toBe(486);
    about(on("81").ended!.at - ringing(on("81")), 1000);
    expect(on("83").ended!.by).toBe("them");
  });

  test("the carrier's own record of each side agrees with what the telephone got", async () => {
    for (const digits of ["14", "30", "50", "80"]) {
      const { recordedFrom, said, answeredAt } = await record(on(digits));
      about(recordedFrom! - answeredAt!, 0, 200);
      // What the telephone heard to the end of the call, and not one period more.
      expect([digits, kinds(said)]).toEqual([digits, kinds(heard(digits))]);
      said.forEach(({ startMs }, at) => about(startMs, heard(digits)[at]!.startMs, 200));
    }
  });
});

test("what arrived is kept: number, caller, identity, headers as written, and who hung up", async () => {
  const call = await phone.call(number("20"), {
    from: { name: "V1122101500000000008", number: "3035500914" },
    headers: [
      ["X-first_name", "Maria"],
      ["X-City", "Salt Lake City"],
      ["X-City", "twice"],
    ],
  });
  await call.answered(5_000);
  call.hangUp();
  await waitFor("the end is noted", 5_000, async () => (await record(call)).endedAt !== undefined);
  const { identities, ...rest } = await record(call);
  expect(rest).toMatchObject({
    number: number("20"),
    from: { name: "V1122101500000000008", number: "3035500914" },
    headers: [
      { name: "X-first_name", value: "Maria" },
      { name: "X-City", value: "Salt Lake City" },
      { name: "X-City", value: "twice" },
    ],
    status: 200,
    endedBy: "caller",
    toneHz: 700,
  });
  expect(identities.map(({ value }) => value)).toEqual([expect.stringContaining("<sip:3035500914@")]);
  const { data: trace } = await axios.get<{ received: boolean; text: string }[]>(`${control}/calls/${rest.id}/trace`);
  expect(trace[0]!.text).toMatch(/^INVITE sip:13035550120@/);
});

test("a customer waits until the other side is silent; what he hears is recorded by frequency and by word", async () => {
  const said = await speech("Hello Maria, this is the lab.");
  const other = await speech("Hello Noah, this is the lab.");
  const call = await phone.call(number("20"));
  await call.answered(5_000);
  await pause(1_000);
  call.media.play(tone(1234, 4000));
  call.media.play(said);
  const { length } = said.samples;
  // Until he has spoken after both.
  await waitFor("the customer takes his turn", 20_000, () =>
    periods(call.media.heard()).some(({ kind }) => kind === "tone"),
  );
  await pause(500);
  call.hangUp();
  await waitFor("the end is noted", 5_000, async () => (await record(call)).endedAt !== undefined);
  await pause(1_100);
  const { id, heard, said: own } = await record(call);
  // On a busy machine a late packet may cut the tone in two.
  const tones = heard.filter(({ kind }) => kind === "tone");
  const [theTone] = tones;
  const theWords = heard.filter(({ kind }) => kind === "speech").at(-1);
  expect(tones.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0)).toBeGreaterThan(1000);
  // Hello, then nothing while the other side speaks: without it, he would speak 2.5 s after his hello.
  const turn = own[1]!;
  expect(turn.startMs - theWords!.endMs).toBeGreaterThan(2000);
  expect(theTone!.startMs).toBeLessThan(own[0]!.endMs + 2500);
  const file = await axios.get<ArrayBuffer>(`${control}/calls/${id}/heard.wav`, { responseType: "arraybuffer" });
  const recording = readMonoWav(Buffer.from(file.data));
  // Packet for packet on an idle machine (SAME_WORDS); on a busy one still these words rather than others.
  const likeness = (words: Sound) => findUtterance(words, recording)?.weakest ?? 0;
  expect(likeness(said)).toBeGreaterThan(likeness(other) + 0.2);
  expect(dominantFrequency(slice(recording, theTone!.startMs + 100, theTone!.endMs - 100))!.hz).toBeCloseTo(1234, -1);
  expect(length).toBeGreaterThan(8000);
}, 60_000);

test("a side that sends no packets is silent too: before it says anything, and after it has stopped in mid-word", async () => {
  const call = await phone.call(number("20"));
  call.media.onlySound = true;
  await call.answered(5_000);
  const tones = () => periods(call.media.heard()).filter(({ kind }) => kind === "tone");
  await waitFor("the customer speaks into the void", 10_000, () => tones().length === 1);
  call.media.play(tone(1234, 3000));
  const stopped = Date.now() + 3000;
  await waitFor("the customer speaks again", 12_000, () => tones().length === 2);
  expect(Date.now() - stopped).toBeGreaterThan(2000);
  call.hangUp();
}, 60_000);

test("the control API lets a customer press keys and hang up; afterwards there is nothing to hang up", async () => {
  const call = await phone.call(number("20"));
  await call.answered(5_000);
  const { id } = await record(call);
  expect((await axios.post(`${control}/calls/${id}/dtmf`, { digits: "1#" })).status).toBe(204);
  await waitFor("the keys have come", 5_000, () => call.media.keys().length === 2);
  expect(call.media.keys().map(({ key }) => key)).toEqual(["1", "#"]);
  expect((await axios.post(`${control}/calls/${id}/hangup`)).status).toBe(204);
  await call.over(5_000);
  expect(call.ended!.by).toBe("them");
  await waitFor("the end is noted", 5_000, async () => (await record(call)).endedBy === "customer");
  const refused = async (path: string, body?: unknown) =>
    (await axios.post(`${control}/calls/${path}`, body, { validateStatus: null })).status;
  expect(await refused(`${id}/hangup`)).toBe(404);
  expect(await refused(`${id}/dtmf`, { digits: "1" })).toBe(404);
  expect(await refused(`${id}/dtmf`, { digits: "call me" })).toBe(400);
  expect((await axios.delete(`${control}/calls`)).status).toBe(204);
  expect(await told()).toEqual([]);
}, 30_000);

test("a call from outside the container's networks is not taken", async () => {
  // From the container's own loopback, which is no network of the lab.
  const script = `
    const socket = require("node:dgram").createSocket("udp4");
    socket.bind(0, "127.0.0.1", () => {
      const at = "127.0.0.1:" + socket.address().port;
      socket.send(["INVITE sip:13035550120@127.0.0.1 SIP/2.0", "Via: SIP/2.0/UDP " + at + ";branch=z9hG4bKx;rport",
        "From: <sip:x@127.0.0.1>;tag=x", "To: <sip:13035550120@127.0.0.1>", "Call-ID: outside", "CSeq: 1 INVITE",
        "Contact: <sip:x@" + at + ">", "Max-Forwards: 70", "Content-Length: 0", "", ""].join("\\r\\n"), 5060, "127.0.0.1");
    });
    socket.on("message", (answer) => { console.log(String(answer).split("\\r\\n")[0]); process.exit(); });
    setTimeout(() => { console.log("nothing"); process.exit(); }, 3000);`;
  const exec = await carrier.container.exec({ Cmd: ["node", "-e", script], AttachStdout: true, Tty: true });
  const stream = await exec.start({ Tty: true });
  let answer = "";
  for await (const piece of stream) answer += String(piece);
  expect(answer.trim()).toBe("SIP/2.0 401 Unauthorized");
});
