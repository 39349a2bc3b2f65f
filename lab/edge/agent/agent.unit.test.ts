import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LineEvent } from "../asterisk/line";
import { KnobBoard } from "../knobs";
import { newCall, type EdgeCall } from "../record";
import { behaviourOf, referTarget, type Behaviour } from "./behaviour";
import { Conversation } from "./conversation";
import { sentences, Speech } from "./speech";
import { fillTemplate, receivedHeaders, variablesOf } from "./variables";

describe("variables", () => {
  test("come from X- headers: lower case, dash to underscore, the last of several", () => {
    const headers = receivedHeaders(
      [
        ["X-Customer-Type", "new"],
        ["x-city", "Denver"],
        ["X-CITY", "Provo"],
        ["X-", "nothing"],
        ["Y-city", "no"],
        ["X-empty", ""],
      ].map(([name, value]) => ({ name: name!, value: value! })),
    );
    expect(headers.map(({ name, count }) => [name, count])).toEqual([
      ["X-Customer-Type", 1],
      ["x-city", 2],
      ["X-empty", 1],
    ]);
    expect(variablesOf(headers)).toEqual({ customer_type: "new", city: "Provo", empty: "" });
  });

  test.each([
    ["Hello {{name}}!", "Hello Ann!"],
    ["Hello {{ name }} of {{  city  }}.", "Hello Ann of ."],
    ["{{constructor}}{{__proto__}}", ""],
    ["{{age}} {{nothing}}", "7 "],
    ["{{ two words }} {name}", "{{ two words }} {name}"],
  ])("fill %s", (text, filled) => {
    expect(fillTemplate(text, { name: "Ann", age: 7, nothing: null })).toBe(filled);
  });

  test("a value is not filled again", () => {
    expect(fillTemplate("{{a}}", { a: "{{b}}", b: "no" })).toBe("{{b}}");
  });
});

describe("speech", () => {
  test("a text is cut into sentences; what holds no word is left out", () => {
    expect(sentences("Hello Ann, this is 3.5 pm. How are you?  ... Fine!")).toEqual([
      "Hello Ann, this is 3.5 pm.",
      "How are you?",
      "Fine!",
    ]);
    expect(sentences(" ")).toEqual([]);
  });

  describe("files", () => {
    let folder: string;
    beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "speech-"))));
    afterEach(() => rmSync(folder, { recursive: true }));

    test("are rendered once per sentence, also when asked for at once", async () => {
      const rendered: string[] = [];
      const speech = new Speech(folder, (text, file) => {
        rendered.push(text);
        writeFileSync(file, "");
        return Promise.resolve();
      });
      const all = await Promise.all([...speech.files("One. Two."), ...speech.files("Two.")]);
      expect(rendered).toEqual(["One.", "Two."]);
      expect(all[1]).toBe(all[2]);
      expect(readdirSync(folder)).toHaveLength(2);
      await Promise.all(new Speech(folder, () => Promise.reject(new Error("rendered again"))).files("One."));
    });

    test("a failure leaves nothing, and the next call tries again", async () => {
      let fails = true;
      const speech = new Speech(folder, (_, file) => {
        writeFileSync(file, "");
        return fails ? Promise.reject(new Error("no voice")) : Promise.resolve();
      });
      await expect(Promise.all(speech.files("One."))).rejects.toThrow("no voice");
      expect(readdirSync(folder)).toEqual([]);
      fails = false;
      await expect(Promise.all(speech.files("One."))).resolves.toHaveLength(1);
    });
  });
});

const knobs = (turned: object = {}) => new KnobBoard().turn(turned);
const agent = (definition: Record<string, unknown>) => ({ agentId: "A", agentName: "A", status: "Live", definition });

describe("an agent's behaviour", () => {
  test("without any definition: it listens, for 30 s of silence and 10 minutes at most", () => {
    expect(behaviourOf(agent({}), {}, knobs())).toEqual({
      greeting: "",
      reply: "I heard you.",
      silenceMs: 30_000,
      maxCallMs: 600_000,
      transfer: { to: undefined, afterGreetingMs: undefined, onDigit: undefined },
    });
  });

  test("follows the definition, with variables filled in", () => {
    const definition = {
      welcomeMessage: "Hi {{first_name}}",
      agentSettings: { endCallOnSilenceDuration: 5, maxCallDuration: 60 },
      tools: [{ type: "voice_end_call" }, { type: "voice_transfer_call", transferTo: "+1{{area}}5551111" }],
    };
    expect(behaviourOf(agent(definition), { first_name: "Ann", area: "813" }, knobs())).toEqual({
      greeting: "Hi Ann",
      reply: "I heard you, Ann.",
      silenceMs: 5_000,
      maxCallMs: 60_000,
      transfer: { to: "+18135551111", afterGreetingMs: undefined, onDigit: undefined },
    });
  });

  test("lets the caller begin, and knobs decide what they are turned to", () => {
    const definition = {
      welcomeMessage: "Hi",
      agentSettings: { aiStartsConversation: false, maxCallDuration: "long" },
    };
    const turned = knobs({ replies: false, silenceMs: 1, maxCallMs: 2, transferTo: "tel:+1", transferAfterMs: 3 });
    expect(behaviourOf(agent(definition), {}, turned)).toEqual({
      greeting: "",
      reply: "",
      silenceMs: 1,
      maxCallMs: 2,
      transfer: { to: "tel:+1", afterGreetingMs: 3, onDigit: undefined },
    });
    // A target alone: right after the greeting. With a key: only then.
    expect(behaviourOf(agent({}), {}, knobs({ transferTo: "+1" })).transfer.afterGreetingMs).toBe(0);
    expect(behaviourOf(agent({}), {}, knobs({ transferTo: "+1", transferOnDigit: "0" })).transfer).toMatchObject({
      afterGreetingMs: undefined,
      onDigit: "0",
    });
  });

  test("refers to a number at the caller's host, and to a URI as it is", () => {
    expect(referTarget("+18135551111", "pbx:5070")).toBe("sip:+18135551111@pbx:5070");
    expect(referTarget("tel:+1", "pbx")).toBe("tel:+1");
    expect(referTarget("sip:8368@x", "pbx")).toBe("sip:8368@x");
  });
});

/** A line whose events the test writes; it says everything at once. */
class FakeLine {
  readonly done: string[] = [];
  constructor(private readonly events: LineEvent[]) {}

  next(withinMs = Infinity): Promise<LineEvent | undefined> {
    const event = this.events.shift();
    if (event === undefined && withinMs === Infinity) throw new Error("waits for ever");
    return Promise.resolve(event);
  }
  play(file: string): Promise<string> {
    this.done.push(`play ${file}`);
    return Promise.resolve(String(this.done.length));
  }
  refer(target: string): Promise<void> {
    this.done.push(`refer ${target}`);
    return Promise.resolve();
  }
  hangUp(): Promise<void> {
    this.done.push("hang up");
    this.events.push({ kind: "gone", by: "agent", cause: 16 });
    return Promise.resolve();
  }
}

describe("a conversation", () => {
  const behaviour: Behaviour = {
    greeting: "Hi.",
    reply: "Yes.",
    silenceMs: 60_000,
    maxCallMs: 60_000,
    transfer: { to: "+1813", afterGreetingMs: undefined, onDigit: "0" },
  };
  const gone: LineEvent = { kind: "gone", by: "caller", cause: 16 };
  const said = (utterance: number): LineEvent[] => [
    { kind: "speaking", utterance: String(utterance) },
    { kind: "said", utterance: String(utterance) },
  ];

  async function talk(events: LineEvent[], changes: Partial<Behaviour> = {}, hangUpAfterMs: number | null = null) {
    const line = new FakeLine(events);
    const call: EdgeCall = newCall("1", { from: { host: "pbx" } } as EdgeCall["invite"], {});
    const speech = { files: (text: string) => sentences(text).map((sentence) => Promise.resolve(sentence)) };
    const given = { line, speech, behaviour: { ...behaviour, ...changes }, hangUpAfterMs, call, log: () => undefined };
    return { ending: await new Conversation(given).run(), done: line.done, call };
  }

  test("greets, answers when spoken to, and ends with the caller", async () => {
    const { ending, done, call } = await talk([
      ...said(1),
      { kind: "talking" },
      { kind: "heard", ms: 900 },
      ...said(2),
      gone,
    ]);
    expect([ending, done]).toEqual(["caller hung up", ["play Hi.", "play Yes."]]);
    expect(call.firstAudioAt).toBeDefined();
    expect(call.said.map(({ text }) => text)).toEqual(["Hi.", "Yes."]);
  });

  test("talks over nobody: what is said during its own words, and clicks, get no answer", async () => {
    const { done } = await talk([{ kind: "heard", ms: 900 }, ...said(1), { kind: "heard", ms: 40 }, gone]);
    expect(done).toEqual(["play Hi."]);
  });

  test.each([
    ["silence", { silenceMs: 0, greeting: "" }, null],
    ["longest call", { maxCallMs: 0 }, null],
    ["agent hung up", {}, 0],
  ] as const)("ends by %s", async (reason, changes, hangUpAfterMs) => {
    const { ending, done } = await talk([], changes, hangUpAfterMs);
    expect([ending, done.at(-1)]).toEqual([reason, "hang up"]);
  });

  test("finishes its sentence before it transfers, and hangs up when that is done", async () => {
    const events: LineEvent[] = [
      { kind: "digit", digit: "0" },
      ...said(1),
      { kind: "referred", accepted: true, status: 0 },
    ];
    const { done, call } = await talk([...events, { kind: "gone", by: "caller", cause: 16 }]);
    expect(done).toEqual(["play Hi.", "refer sip:+1813@pbx"]);
    expect(call.digits).toMatchObject([{ digit: "0" }]);
    expect(call.transfers).toMatchObject([{ to: "+1813", outcome: "done" }]);
    const alone = await talk(events);
    expect([alone.ending, alone.done.at(-1)]).toEqual(["transferred", "hang up"]);
  });

  test("goes on when a transfer fails", async () => {
    const { ending, done, call } = await talk([
      ...said(1),
      { kind: "command", do: "transfer", to: "+442" },
      { kind: "referred", accepted: false, status: 404 },
      ...said(3),
      { kind: "heard", ms: 500 },
      gone,
    ]);
    expect(ending).toBe("caller hung up");
    expect(done).toEqual(["play Hi.", "refer sip:+442@pbx", "play I am sorry, I could not transfer you.", "play Yes."]);
    expect(call.transfers).toMatchObject([{ to: "+442", outcome: "failed", status: 404 }]);
  });

  test("without a target there is nothing to transfer to", async () => {
    const nowhere = { transfer: { to: undefined, afterGreetingMs: 0, onDigit: undefined } };
    const { done } = await talk([...said(1), { kind: "command", do: "transfer" }, gone], nowhere);
    expect(done).toEqual(["play Hi."]);
  });

  test("a lost Asterisk is no caller who hangs up", async () => {
    expect((await talk([{ kind: "gone", by: "edge", cause: 0 }])).ending).toBe("edge failed");
  });
});
