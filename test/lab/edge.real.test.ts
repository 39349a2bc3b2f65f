/** The SIP edge with the API simulator, called by a socket that says exactly what a test wants, over UDP, TCP and TLS. */
import { SAME_WORDS, findUtterance, silence, tone } from "../../lab/audio";
import { headerOf } from "../../core/protocols/sip/message";
import { waitFor } from "../kit/files";
import { Phone } from "../kit/phone/phone";
import { startEdgeParts, type EdgeParts } from "./edgeParts";
import { RawSip, Rtp, type RawTransport } from "./rawSip";

// A busy machine answers late.
jest.setTimeout(60_000);

let parts: EdgeParts;
beforeAll(async () => {
  parts = await startEdgeParts();
  await parts.agent("Greeter", "Live", { welcomeMessage: "Hello {{ first_name }}, this is the {{missing}} lab." });
  await parts.agent("Draft", "Testing");
}, 900_000);
afterAll(() => parts.remove(), 60_000);

const PORTS: Readonly<Record<RawTransport, number>> = { udp: 5060, tcp: 5060, tls: 5061 };
const open = (transport: RawTransport = "udp") => RawSip.open(transport, parts.edge.address, PORTS[transport]);
const at = (user: string) => `sip:${user}@28y698lhv2f.sip.livekit.cloud`;

/** One call by a raw socket: the INVITE's answer, and what the test does while it is up. */
async function calling<T>(
  to: string,
  request: { transport?: RawTransport; requestUri?: string; headers?: string[]; sdp?: string; from?: string },
  work: (sip: RawSip, rtp: Rtp, answer: Awaited<ReturnType<RawSip["invite"]>>) => Promise<T>,
): Promise<T> {
  const sip = await open(request.transport);
  const rtp = await Rtp.open();
  try {
    const answer = await sip.invite({ ...request, to: at(to), rtpPort: rtp.port });
    const result = await work(sip, rtp, answer);
    if (answer.status === 200 && !sip.messages.some(({ method }) => method === "BYE")) await sip.within("BYE");
    return result;
  } finally {
    sip.close();
    rtp.close();
  }
}

/** The final status of a call that ends as soon as it is answered. */
const answerTo = (user: string) => calling(user, {}, (_sip, _rtp, answer) => Promise.resolve(answer.status));

describe("methods", () => {
  test.each<RawTransport>(["udp", "tcp", "tls"])(
    "OPTIONS over %s is answered 200, for any user and none",
    async (transport) => {
      for (const to of [at("+19895550000"), "sip:edge", at("x.y")]) {
        const sip = await open(transport);
        sip.send({ method: "OPTIONS", to });
        expect([to, (await sip.answer("OPTIONS")).status]).toEqual([to, 200]);
        sip.close();
      }
    },
  );

  test.each(["REGISTER", "INFO", "REFER", "UPDATE", "MESSAGE", "PUBLISH", "SUBSCRIBE"])(
    "%s gets 405, over UDP, TCP and TLS",
    async (method) => {
      for (const transport of ["udp", "tcp", "tls"] as const) {
        const sip = await open(transport);
        sip.send({ method, to: at("+19895550000"), headers: method === "REGISTER" ? ["Expires: 60"] : [] });
        expect([transport, (await sip.answer(method)).status]).toEqual([transport, 405]);
        sip.close();
      }
    },
  );
});

describe("which number is called", () => {
  beforeAll(() => parts.register("+19895550001", "Greeter"));

  test.each(["+19895550001", "19895550001", "1-989-555-0001", "1%20(989)%20555-0001"])(
    "To user %s is the route number, whatever the Request-URI",
    async (user) => {
      const seen = await calling(user, { requestUri: at("+12025550000") }, async (sip, _rtp, answer) => {
        expect(answer.status).toBe(200);
        expect(sip.statuses("INVITE").slice(0, 3)).toEqual([100, 180, 200]);
        return parts.call(sip.callId, ({ state }) => state === "answered");
      });
      expect(seen).toMatchObject({ routeNumber: "+19895550001", requestUri: at("+12025550000"), transport: "udp" });
    },
  );

  test.each(["+19895550099", "979719895550001", "alice"])(
    "To user %s is unknown: 404, although the Request-URI is not",
    async (user) => {
      await calling(user, { requestUri: at("+19895550001") }, async (sip, _rtp, answer) => {
        expect(answer.status).toBe(404);
        expect(sip.statuses("INVITE")).not.toContain(180);
        const seen = await parts.call(sip.callId);
        expect(seen).toMatchObject({
          status: 404,
          refusal: expect.stringContaining("does not match any SIP trunk") as string,
        });
        expect(seen.routeNumber).toBeUndefined();
      });
    },
  );

  test("a number that is switched off is unknown", async () => {
    await parts.control("DELETE", "/knobs");
    const number = { sipPhoneNumber: "+19895550002", provider: "byo", friendlyName: "off", inboundAgentId: "Greeter" };
    const rest = { outboundAgentId: null, outboundPhoneNumber: null, terminationSipUri: null, trunkUsername: null };
    await fetch(`http://${parts.sigmamind.address}:8081/numbers`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...number, ...rest, trunkPasswordSha256: null, active: false }),
    });
    expect(await answerTo("+19895550002")).toBe(404);
  });
});

describe("nobody joins", () => {
  test.each([
    ["no agent is mapped", "+19895550011", null, {}, "no inbound agent is mapped"],
    ["the agent is not published", "+19895550012", "Draft", {}, "Draft is Testing, not Live"],
    ["the agent does not exist", "+19895550013", "Gone", {}, "Gone does not exist"],
    ["a knob says so", "+19895550014", "Greeter", { agentLive: false }, "not Live"],
  ])("%s: it rings until the limit, then 486", async (_, number, agent, knobs, why) => {
    await parts.register(number, agent, { ringLimitMs: 400, ...knobs });
    await calling(number, {}, async (sip, _rtp, answer) => {
      expect(answer.status).toBe(486);
      expect(sip.statuses("INVITE")).toEqual([100, 180, 486]);
      const seen = await parts.call(sip.callId);
      expect(seen.refusal).toContain(why);
      const [, ringing, refused] = seen.responses;
      expect(refused!.at - ringing!.at).toBeGreaterThanOrEqual(380);
      expect(seen.answeredAt).toBeUndefined();
    });
    // Not answered, so SigmaMind's conversations do not show it (docs/facts/guide.md#step-6-test).
    await expect(parts.onRecord(number)).rejects.toThrow("no call");
  });

  test("the caller cancels while it rings: 487", async () => {
    await parts.register("+19895550015", "Greeter", { delayMs: 10_000 });
    const sip = await open();
    const to = at("+19895550015");
    sip.send({ method: "INVITE", to, body: "", headers: [] });
    await sip.until(({ status }) => status === 180, 5_000, "180");
    expect((await sip.within("CANCEL", { to })).status).toBe(200);
    expect((await sip.until(({ status }) => status === 487, 5_000, "487")).status).toBe(487);
    expect(await parts.call(sip.callId)).toMatchObject({ status: 487, state: "ended" });
    sip.close();
  });

  test.each([503, 480, 403])("a knob refuses with %s", async (status) => {
    await parts.register("+19895550016", "Greeter", { refuseWith: status });
    expect(await answerTo("+19895550016")).toBe(status);
  });

  test("knobs for all calls, and their names and values are checked", async () => {
    expect((await parts.control("PUT", "/knobs", { refuseWith: 200 })).text).toContain("one of 403");
    expect((await parts.control("PUT", "/knobs", { delay: 1 })).status).toBe(400);
    await parts.register("+19895550017", "Greeter");
    expect((await parts.control("PUT", "/knobs", { refuseWith: 503 })).status).toBe(200);
    expect(await answerTo("+19895550017")).toBe(503);
    expect((await parts.control("DELETE", "/knobs")).status).toBe(204);
    expect(await answerTo("+19895550017")).toBe(200);
  });
});

describe("an answered call", () => {
  test.each<RawTransport>(["udp", "tcp", "tls"])(
    "over %s: headers become variables, the greeting is spoken, the caller is heard",
    async (transport) => {
      const number = { udp: "+19895550021", tcp: "+19895550022", tls: "+19895550023" }[transport];
      await parts.register(number, "Greeter");
      const headers = ["X-First-Name: Maria", "x-city: Denver", "X-City: Salt Lake City", "X-empty:", "P-Other: no"];
      const id = await calling(
        number,
        { transport, headers, from: "sip:3035500914@dialler.test" },
        async (sip, rtp, answer) => {
          await waitFor("the greeting is heard", 5_000, () => rtp.firstSoundAt !== undefined);
          await waitFor("the greeting is said", 10_000, async () => {
            await rtp.play(answer, silence(1_000));
            return (await parts.call(sip.callId, () => true)).said.length === 1;
          });
          await rtp.play(answer, silence(2_500));
          await rtp.play(answer, tone(1000, 1_200));
          await rtp.press(answer, "5");
          await rtp.play(answer, silence(1_500));
          return sip.callId;
        },
      );
      const seen = await parts.call(id);
      expect(seen).toMatchObject({
        transport,
        srtp: false,
        routeNumber: number,
        from: { number: "3035500914" },
        variables: { first_name: "Maria", city: "Salt Lake City", empty: "" },
        ending: "caller hung up",
        terminationReason: "user_ended_call",
        digits: [{ digit: "5" }],
      });
      expect(seen.headers).toEqual([
        expect.objectContaining({ name: "X-First-Name", values: ["Maria"], count: 1 }),
        expect.objectContaining({ name: "x-city", values: ["Denver", "Salt Lake City"], count: 2 }),
        expect.objectContaining({ name: "X-empty", values: [""], count: 1 }),
      ]);
      expect(seen.said.map(({ text }) => text)).toEqual(["Hello Maria, this is the  lab.", "I heard you, Maria."]);
      expect(seen.heard).toEqual([expect.objectContaining({ kind: "tone", hz: 1000 })]);
      expect(await parts.onRecord(number)).toMatchObject({
        callType: "inbound",
        status: "ended",
        terminationReason: "user_ended_call",
        duration: Math.round((seen.endedAt! - seen.answeredAt!) / 1000),
        agent: expect.objectContaining({ status: "Live" }) as object,
        dynamicVariables: { first_name: "Maria", city: "Salt Lake City", empty: "" },
        recordingUrl: `http://edge:8082/calls/${seen.id}/recording.wav`,
        transcript: expect.stringMatching(
          /^Agent: Hello Maria, this is the {2}lab\.\nUser: \[tone 1000 Hz 1\.[0-9] s\]\n(User: \[key 5\]\n)?Agent: I heard you, Maria\./,
        ) as string,
      });
      // One line each; the header without the media's keys.
      const trace = (await parts.control("GET", `/calls/${seen.id}/sip`)).text;
      expect(trace).toContain("X-City: Salt Lake City");
    },
    40_000,
  );

  test("what the agent says arrives at the caller as it was said", async () => {
    await parts.register("+19895550024", "Greeter", { hangUpAfterMs: 4_500 });
    const phone = await Phone.open(parts.edge.address, 5060);
    const call = await phone.call("+19895550024", { headers: [["X-first_name", "Noah"]] });
    try {
      await call.answered(5_000);
      await call.over(10_000);
    } finally {
      phone.close();
    }
    expect(call.ended?.by).toBe("them");
    const seen = await parts.call(call.callId);
    expect(seen).toMatchObject({ ending: "agent hung up", terminationReason: "agent_ended_call" });
    const words = (name: string) => parts.speech(`Hello ${name}, this is the  lab.`);
    const heard = call.media.heard();
    const match = findUtterance(await words("Noah"), heard)!;
    expect(match.weakest).toBeGreaterThan(SAME_WORDS);
    expect(findUtterance(await words("Maria"), heard)!.weakest).toBeLessThan(match.weakest);
  });

  test("delays before 180 and 200 are as asked for", async () => {
    await parts.register("+19895550025", "Greeter", { ringDelayMs: 500, delayMs: 700 });
    const seen = await calling("+19895550025", {}, (sip) =>
      parts.call(sip.callId, ({ state }) => state === "answered"),
    );
    const [, ringing, answered] = seen.responses;
    expect(ringing!.at - seen.invitedAt).toBeGreaterThanOrEqual(490);
    expect(answered!.at - ringing!.at).toBeGreaterThanOrEqual(690);
  });

  test.each([
    ["silence", { silenceMs: 700 }, "inactivity"],
    ["longest call", { maxCallMs: 1_500 }, "agent_ended_call"],
    ["agent hung up", { hangUpAfterMs: 600 }, "agent_ended_call"],
  ])("%s ends it", async (ending, knobs, reason) => {
    await parts.agent("Silent", "Live", { agentSettings: { aiStartsConversation: false } });
    await parts.register("+19895550026", "Silent", knobs);
    await calling("+19895550026", {}, async (sip) => {
      await sip.until(({ method }) => method === "BYE", 5_000, "BYE");
      expect(await parts.call(sip.callId)).toMatchObject({ ending, terminationReason: reason, said: [] });
    });
    await parts.control("DELETE", "/knobs");
  });

  // Asterisk 16 goes on polling the timer of a jitter buffer that was removed: a whole processor for each call.
  test("keeps no processor busy", async () => {
    const seconds = async () => {
      const { cpu_stats } = await parts.edge.container.stats({ stream: false, "one-shot": true });
      return cpu_stats.cpu_usage.total_usage / 1e9;
    };
    await parts.agent("Silent", "Live", { agentSettings: { aiStartsConversation: false } });
    await parts.register("+19895550028", "Silent");
    await calling("+19895550028", {}, async (sip, rtp, answer) => {
      await parts.call(sip.callId, ({ state }) => state === "answered");
      await rtp.play(answer, silence(500));
      const before = await seconds();
      await rtp.play(answer, silence(3_000));
      expect((await seconds()) - before).toBeLessThan(1);
    });
  });

  test("the control port hangs up, and forgets calls with their recordings", async () => {
    await parts.register("+19895550027", "Greeter");
    await calling("+19895550027", {}, async (sip, rtp, answer) => {
      await rtp.play(answer, tone(500, 500));
      const { id } = await parts.call(sip.callId, ({ state }) => state === "answered");
      expect((await parts.control("POST", `/calls/${id}/hangup`)).status).toBe(202);
      await sip.until(({ method }) => method === "BYE", 5_000, "BYE");
      await parts.call(sip.callId);
      expect((await parts.control("POST", `/calls/${id}/hangup`)).status).toBe(409);
      expect((await parts.sound(id, "recording")).samples.length).toBeGreaterThan(0);
      expect((await parts.control("DELETE", "/calls")).status).toBe(204);
      expect((await parts.control("GET", `/calls/${id}/recording.wav`)).status).toBe(404);
    });
  });
});

describe("encryption", () => {
  const crypto = (port: number) =>
    [
      "v=0",
      "o=- 1 1 IN IP4 127.0.0.1",
      "s=-",
      "c=IN IP4 127.0.0.1",
      "t=0 0",
      `m=audio ${port} RTP/SAVP 0 101`,
      "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz",
      "a=rtpmap:101 telephone-event/8000",
      "",
    ].join("\r\n");

  test("a number that requires it refuses a plain offer and takes one with a key", async () => {
    await parts.register("+19895550031", "Greeter", { requireSrtp: true });
    await calling("+19895550031", {}, async (sip, _rtp, answer) => {
      expect(answer.status).toBe(488);
      expect(await parts.call(sip.callId)).toMatchObject({ status: 488, srtp: false });
    });
    await calling("+19895550031", { transport: "tls", sdp: crypto(4_000) }, async (sip, _rtp, answer) => {
      expect(answer.status).toBe(200);
      expect(answer.body).toMatch(/^m=audio \d+ RTP\/SAVP /m);
      const seen = await parts.call(sip.callId, ({ state }) => state === "answered");
      expect(seen).toMatchObject({ srtp: true, transport: "tls" });
      const trace = (await parts.control("GET", `/calls/${seen.id}/sip`)).text;
      expect(trace).toContain("a=crypto");
      expect(trace).not.toContain("WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz");
    });
  });
});

describe("transfer", () => {
  const transferring = (number: string, outcome: readonly string[], headers: Record<string, unknown> = {}) =>
    calling(number, {}, async (sip, rtp, answer) => {
      const refer = await sip.until(({ method }) => method === "REFER", 10_000, "REFER");
      const [first, ...notified] = outcome;
      sip.respond(refer, first!);
      for (const body of notified)
        void (await sip.within("NOTIFY", {
          headers: [
            "Event: refer",
            `Subscription-State: ${body.includes(" 1") ? "active" : "terminated;reason=noresource"}`,
          ],
          body: `${body}\r\n`,
          contentType: "message/sipfrag;version=2.0",
        }));
      await rtp.play(answer, silence(1_500));
      return { sip, refer, ...headers };
    });

  test("the other side reports 100, 180, 200: the agent hangs up within a second", async () => {
    await parts.agent("Clerk", "Live", {
      welcomeMessage: "One moment.",
      tools: [{ type: "voice_transfer_call", transferTo: "+1{{ area }}5551111", description: "to sales" }],
    });
    await parts.register("+19895550041", "Clerk", { transferAfterMs: 100 });
    const sip = await open();
    const rtp = await Rtp.open();
    const answer = await sip.invite({ to: at("+19895550041"), rtpPort: rtp.port, headers: ["X-area: 813"] });
    expect(answer.status).toBe(200);
    const refer = await sip.until(({ method }) => method === "REFER", 10_000, "REFER");
    expect(headerOf(refer, "refer-to")).toBe("sip:+18135551111@raw.test");
    sip.respond(refer, "202 Accepted");
    const notify = (line: string, state: string) =>
      sip.within("NOTIFY", {
        headers: ["Event: refer", `Subscription-State: ${state}`],
        body: `${line}\r\n`,
        contentType: "message/sipfrag;version=2.0",
      });
    expect((await notify("SIP/2.0 100 Trying", "active;expires=60")).status).toBe(200);
    expect((await notify("SIP/2.0 180 Ringing", "active;expires=60")).status).toBe(200);
    expect(sip.messages.some(({ method }) => method === "BYE")).toBe(false);
    const before = Date.now();
    expect((await notify("SIP/2.0 200 OK", "terminated;reason=noresource")).status).toBe(200);
    await sip.until(({ method }) => method === "BYE", 3_000, "BYE");
    const seen = await parts.call(sip.callId);
    expect(seen).toMatchObject({
      ending: "transferred",
      terminationReason: "agent_ended_call",
      transfers: [
        {
          to: "+18135551111",
          outcome: "done",
          wire: { answer: { status: 202 }, notified: [{ status: 100 }, { status: 180 }, { status: 200 }] },
        },
      ],
    });
    expect(seen.endedAt! - before).toBeLessThan(2_500);
    sip.close();
    rtp.close();
  });

  test.each([
    ["the REFER itself is refused", ["603 Decline"], 603],
    ["the target is unknown", ["202 Accepted", "SIP/2.0 100 Trying", "SIP/2.0 404 Not Found"], 404],
    ["the target is busy", ["202 Accepted", "SIP/2.0 486 Busy Here"], 486],
  ])(
    "%s: the conversation goes on",
    async (_, outcome, status) => {
      await parts.agent("Clerk2", "Live", { welcomeMessage: "One moment." });
      await parts.register("+19895550042", "Clerk2", { transferTo: "sip:8368@foreign.test" });
      const { sip } = await transferring("+19895550042", outcome);
      const seen = await parts.call(sip.callId);
      expect(seen).toMatchObject({
        ending: "caller hung up",
        said: [{ text: "One moment." }, { text: "I am sorry, I could not transfer you." }],
        transfers: [
          { to: "sip:8368@foreign.test", outcome: "failed", status, wire: { referTo: "sip:8368@foreign.test" } },
        ],
      });
    },
    30_000,
  );

  test("a key and the control port start it too", async () => {
    await parts.register("+19895550043", "Greeter", { transferTo: "tel:+18135551111", transferOnDigit: "0" });
    await calling("+19895550043", {}, async (sip, rtp, answer) => {
      await rtp.play(answer, silence(200));
      await rtp.press(answer, "0");
      const first = await sip.until(({ method }) => method === "REFER", 10_000, "REFER");
      expect(headerOf(first, "refer-to")).toBe("tel:+18135551111");
      sip.respond(first, "603 Decline");
      const { id } = await parts.call(sip.callId, ({ transfers }) => transfers[0]?.outcome === "failed");
      expect((await parts.control("POST", `/calls/${id}/transfer`, { to: "+442079460000" })).status).toBe(202);
      const second = await sip.until(
        (message) =>
          message.method === "REFER" && message !== first && headerOf(message, "cseq") !== headerOf(first, "cseq"),
        10_000,
        "REFER",
      );
      expect(headerOf(second, "refer-to")).toBe("sip:+442079460000@raw.test");
      sip.respond(second, "603 Decline");
      await parts.call(sip.callId, ({ transfers }) => transfers[1]?.outcome === "failed");
    });
  });
});

test("ten calls at once are each greeted", async () => {
  await parts.register("+19895550051", "Greeter");
  const answers = await Promise.all(
    Array.from({ length: 10 }, () =>
      calling("+19895550051", { headers: ["X-first_name: Maria"] }, async (_sip, rtp, answer) => {
        await waitFor("the greeting is heard", 10_000, () => rtp.firstSoundAt !== undefined);
        return answer.status;
      }),
    ),
  );
  expect(answers).toEqual(Array.from({ length: 10 }, () => 200));
});

test("without SigmaMind nothing can be decided: 503", async () => {
  await parts.sigmamind.container.stop({ t: 1 });
  await calling("+19895550051", {}, async (sip, _rtp, answer) => {
    expect(answer.status).toBe(503);
    expect((await parts.call(sip.callId)).refusal).toBe("SigmaMind cannot be asked");
  });
});
