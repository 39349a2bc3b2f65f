import { createSocket } from "node:dgram";
import { Capture } from "../../../core/protocols/sip/capture";
import { inviteFacts, refersSent, responsesSent, srtpAgreed } from "./facts";
import { parseHep } from "../../../core/protocols/sip/hep";
import { headerOf, parseAddress, parseSip } from "../../../core/protocols/sip/message";
import { normaliseNumber } from "./number";

describe("a called number", () => {
  test.each([
    ["+19895551234", "+19895551234"],
    ["19895551234", "+19895551234"],
    ["1 (989) 555-1234", "+19895551234"],
    ["+1-989-555-1234", "+19895551234"],
    ["979719895551234", "+979719895551234"],
    ["alice", "alice"],
    ["1989555x1234", "1989555x1234"],
    ["", ""],
  ])("%s is compared as %s", (user, number) => {
    expect(normaliseNumber(user)).toBe(number);
  });
});

describe("an address", () => {
  test.each([
    ["<sip:+19895551234@edge>", { name: "", user: "+19895551234", host: "edge" }],
    [
      '"V1, \\"x\\" <y>" <sip:3035500914@10.0.0.1:5070;user=phone>;tag=a',
      { name: 'V1, "x" <y>', user: "3035500914", host: "10.0.0.1:5070" },
    ],
    ["sip:1%2B2@edge;tag=9", { name: "", user: "1+2", host: "edge" }],
    ["Ann <sips:ann;phone-context=x@edge>", { name: "Ann", user: "ann", host: "edge" }],
    ["<tel:+1-989-555-1234;isub=1>", { name: "", user: "+1-989-555-1234", host: "" }],
    ["<sip:edge>", { name: "", user: "", host: "edge" }],
    ["<sip:100%@edge>", { name: "", user: "100%", host: "edge" }],
  ])("%s", (text, address) => {
    expect(parseAddress(text)).toEqual(address);
  });
});

const offer = [
  "v=0",
  "m=audio 4000 RTP/SAVP 0 8 101",
  "a=rtpmap:101 telephone-event/8000",
  "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:c2VjcmV0|2^31",
];
const invite = (headers: readonly string[] = [], body: readonly string[] = offer) =>
  [
    "INVITE sip:somebody-else@10.0.0.22:5061 SIP/2.0",
    "Via: SIP/2.0/TLS 10.0.0.11:5071;branch=z9hG4bK1",
    'f: "V1221116230000000008" <sip:3035500914@10.0.0.11>;tag=1',
    "To: <sip:1-989-555-1234@edge>",
    "i: call-1",
    "CSeq: 7 INVITE",
    ...headers,
    "",
    body.join("\r\n"),
  ].join("\r\n");

describe("a SIP message", () => {
  test("is read with compact names and continued lines", () => {
    const message = parseSip(invite(["X-note: one", "  two"]))!;
    expect(message.method).toBe("INVITE");
    expect(headerOf(message, "From")).toContain("3035500914");
    expect(headerOf(message, "call-ID")).toBe("call-1");
    expect(headerOf(message, "x-note")).toBe("one two");
  });
  test("is none when it is a keep-alive or something else", () => {
    expect(parseSip("\r\n\r\n")).toBeUndefined();
    expect(parseSip("GET / HTTP/1.1\r\n\r\n")).toBeUndefined();
  });
});

test("an INVITE's facts: To counts, Request-URI is only told; headers one by one", () => {
  const message = parseSip(invite(["X-City: Denver", "x-city: Salt Lake City", "X-Customer-Type: new", "Y-no: 1"]))!;
  expect(inviteFacts({ at: 5, received: true, peer: "10.0.0.11:5071", message, text: "" })).toEqual({
    callId: "call-1",
    requestUri: "sip:somebody-else@10.0.0.22:5061",
    to: "<sip:1-989-555-1234@edge>",
    toUser: "1-989-555-1234",
    from: { name: "V1221116230000000008", number: "3035500914", host: "10.0.0.11" },
    transport: "tls",
    peer: "10.0.0.11:5071",
    srtpOffered: true,
    codecs: ["PCMU", "PCMA", "telephone-event"],
    headers: [
      { name: "X-City", values: ["Denver", "Salt Lake City"], count: 2, variable: "city" },
      { name: "X-Customer-Type", values: ["new"], count: 1, variable: "customer_type" },
    ],
    at: 5,
  });
});

/** A packet as Asterisk's `res_hep` builds it. */
function hep(source: string, destination: string, payload: string): Buffer {
  const chunk = (type: number, value: Buffer) => {
    const head = Buffer.alloc(6);
    head.writeUInt16BE(type, 2);
    head.writeUInt16BE(6 + value.length, 4);
    return Buffer.concat([head, value]);
  };
  const number = (value: number, bytes: number) => {
    const buffer = Buffer.alloc(bytes);
    buffer.writeUIntBE(value, 0, bytes);
    return buffer;
  };
  const [from, to] = [source, destination].map((address) => address.split(":"));
  const ip = (text: string) => Buffer.from(text.split(".").map(Number));
  const chunks = Buffer.concat([
    chunk(1, number(2, 1)),
    chunk(3, ip(from![0]!)),
    chunk(4, ip(to![0]!)),
    chunk(7, number(Number(from![1]), 2)),
    chunk(8, number(Number(to![1]), 2)),
    chunk(9, number(1_700_000_000, 4)),
    chunk(10, number(250_000, 4)),
    chunk(11, number(1, 1)),
    chunk(17, Buffer.from("call-1")),
    chunk(15, Buffer.from(payload)),
  ]);
  return Buffer.concat([Buffer.from("HEP3"), number(6 + chunks.length, 2), chunks]);
}

test("a captured packet is read; what is none is left out", () => {
  expect(parseHep(hep("10.0.0.11:5071", "10.0.0.22:5061", "INVITE"))).toEqual({
    source: "10.0.0.11:5071",
    destination: "10.0.0.22:5061",
    at: 1_700_000_000_250,
    payload: "INVITE",
  });
  expect(parseHep(Buffer.from("HEP3"))).toBeUndefined();
  expect(parseHep(Buffer.from("GET / HTTP/1.1"))).toBeUndefined();
  const broken = hep("1.1.1.1:1", "2.2.2.2:2", "INVITE");
  broken.writeUInt16BE(0, 6 + 4);
  expect(parseHep(broken)).toBeUndefined();
});

describe("the capture", () => {
  const response = (status: string, method: string, sequence: number, body: readonly string[] = []) =>
    [`SIP/2.0 ${status}`, "Call-ID: call-1", `CSeq: ${sequence} ${method}`, "", body.join("\r\n")].join("\r\n");
  const request = (method: string, sequence: number, headers: readonly string[], body = "") =>
    [`${method} sip:x@y SIP/2.0`, "Call-ID: call-1", `CSeq: ${sequence} ${method}`, ...headers, "", body].join("\r\n");
  const caller = "203.0.113.9:5060";
  const own = "0.0.0.0:5061";
  const packet = (source: string, payload: string, at = 1) => ({
    source,
    destination: source === own ? caller : own,
    at,
    payload,
  });

  test("tells what was answered, whether media is encrypted, and never a media key", () => {
    const capture = new Capture();
    capture.add(packet(own, "OPTIONS sip:x@y SIP/2.0\r\nCall-ID: probe\r\n\r\n"));
    capture.add(packet(caller, invite()));
    capture.add(packet(own, response("100 Trying", "INVITE", 7), 2));
    capture.add(packet(own, response("180 Ringing", "INVITE", 7), 3));
    capture.add(packet(own, response("200 OK", "INVITE", 7, offer), 4));
    capture.add(packet(own, response("200 OK", "INVITE", 7, offer), 5));
    const trace = capture.trace("call-1");
    expect(capture.trace("probe")).toEqual([]);
    expect(responsesSent(trace).map(({ status, at }) => [status, at])).toEqual([
      [100, 2],
      [180, 3],
      [200, 4],
    ]);
    expect(srtpAgreed(trace)).toBe(true);
    expect(trace.map(({ text }) => text).join()).not.toContain("c2VjcmV0");
    capture.close();
  });

  test("tells what came of each REFER, resent ones once", () => {
    const capture = new Capture();
    const notify = (line: string) => packet(caller, request("NOTIFY", 9, [], `${line}\r\n`), 6);
    capture.add(packet(caller, invite()));
    capture.add(packet(own, request("REFER", 1, ["Refer-To: <tel:+1>"])));
    capture.add(packet(own, request("REFER", 1, ["Refer-To: <tel:+1>"])));
    capture.add(packet(caller, response("603 Decline", "REFER", 1)));
    capture.add(packet(own, request("REFER", 2, ["Refer-To: <sip:+18135551111@pbx>"])));
    capture.add(packet(caller, response("202 Accepted", "REFER", 2)));
    capture.add(notify("SIP/2.0 100 Trying"));
    capture.add(notify("SIP/2.0 200 OK"));
    expect(refersSent(capture.trace("call-1"))).toEqual([
      { referTo: "<tel:+1>", at: 1, answer: { at: 1, status: 603, reason: "Decline" }, notified: [] },
      {
        referTo: "<sip:+18135551111@pbx>",
        at: 1,
        answer: { at: 1, status: 202, reason: "Accepted" },
        notified: [
          { at: 6, status: 100, reason: "Trying" },
          { at: 6, status: 200, reason: "OK" },
        ],
      },
    ]);
    capture.close();
  });

  test("takes a piece of a stream apart, and each of its messages once", () => {
    const capture = new Capture();
    capture.add(packet(caller, invite()));
    const notify = (line: string) => request("NOTIFY", 9, [`Content-Length: ${line.length}`], line);
    const piece = `${notify("SIP/2.0 100 Trying")}${notify("SIP/2.0 200 OK")}`;
    capture.add(packet(own, request("REFER", 1, ["Refer-To: <sip:1@pbx>"])));
    capture.add(packet(caller, piece));
    capture.add(packet(caller, piece));
    expect(refersSent(capture.trace("call-1"))[0]?.notified.map(({ status }) => status)).toEqual([100, 200]);
    capture.close();
  });

  test("waits for an INVITE that comes later, over its socket, and gives up in time", async () => {
    const capture = new Capture();
    const sender = createSocket("udp4");
    try {
      await capture.listen(0);
      expect(await capture.invite("call-1", 1)).toBeUndefined();
      const found = capture.invite("call-1", 5_000);
      sender.send(hep(caller, own, invite()), capture.port, "127.0.0.1");
      expect((await found)?.peer).toBe(caller);
      expect((await capture.invite("call-1", 1))?.peer).toBe(caller);
    } finally {
      sender.close();
      capture.close();
    }
  });
});
