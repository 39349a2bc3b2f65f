import { Refusal } from "../../core/refusal";
import { parse } from "../../core/schema/problems";
import { bridgeSchema } from "./bridgeSchema";
import { checked, under } from "./issues";

const fine = {
  campaignId: "SIGMA1",
  routeNumber: "+19895551234",
  agentId: "SPIlVscbB0kkXBvZ",
  aiPrefix: "9797",
  userStart: 5565,
};

/** What is wrong with a bridge, as its operator reads it. */
function mistakes(changes: object): string[] {
  try {
    checked(bridgeSchema, { ...fine, ...changes }, "");
    return [];
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    return thrown.message.split("\n");
  }
}

const waiting = "`onMachine`, `onNotSure`, `waitForSilence`";

describe("an argument of several forms says one thing", () => {
  test.each<[string, object, string[]]>([
    ["fine", { amd: { onMachine: { play: "bye" } }, fallback: { inGroup: "S" }, leadFields: { city: "X-c" } }, []],
    [
      "a word that it does not have",
      { amd: { onMachine: "hang up" } },
      ['`amd.onMachine` "hang up": must be "hangup" or an object with `play`. Give one of these.'],
    ],
    [
      "an object with a wrong field",
      { amd: { onMachine: { play: 4 } } },
      ["`amd.onMachine.play` 4: must be text, not a number. Write it in quotes."],
    ],
    [
      "an object with a misspelt field",
      { amd: { onMachin: "hangup" } },
      ['`amd.onMachin` "hangup": there is no such input. Did you mean `onMachine`?'],
    ],
    [
      "two wrong fields of one object",
      { amd: { onNotSure: "ring", waitForSilence: "2" } },
      [
        '`amd.onNotSure` "ring": must be one of "agent", "hangup". Give one of these.',
        '`amd.waitForSilence` "2": is milliseconds,times,seconds. Use for example "2000,2,30".',
      ],
    ],
    [
      "a literal of another type",
      { amd: true },
      [`\`amd\` true: must be false or an object with ${waiting}. Give one of these.`],
    ],
    [
      "a word where one of several objects is meant",
      { fallback: "voicemail" },
      [
        '`fallback` "voicemail": must be "hangup" or an object with one of `extension`, `inGroup`, `routeNumber`. Give one of these.',
      ],
    ],
    [
      "one of several objects",
      { fallback: { routeNumber: "989" } },
      [
        '`fallback.routeNumber` "989": must be an E.164 number: `+`, country code and number, 7 to 15 digits. Write it like "+19895551234", in quotes.',
      ],
    ],
    [
      "one of several objects with a field too many",
      { fallback: { inGroup: "SUPPORT", ringing: 3 } },
      ["`fallback.ringing` 3: there is no such input. Known names: `extension`, `inGroup`, `routeNumber`."],
    ],
    [
      "two objects at once",
      { fallback: { inGroup: "SUPPORT", extension: "8300" } },
      [
        '`fallback` {"inGroup":"SUPPORT","extension":"8300"}: takes one of `extension`, `inGroup`, `routeNumber`. Give one of them alone.',
      ],
    ],
    [
      "an empty object",
      { fallback: {} },
      ["`fallback` {}: takes one of `extension`, `inGroup`, `routeNumber`. Give one of them alone."],
    ],
    [
      "an item of a list",
      { leadFields: ["city", 5] },
      ["`leadFields[1]` 5: must be text, not a number. Write it in quotes."],
    ],
    [
      "neither list nor object",
      { leadFields: "city" },
      ['`leadFields` "city": must be a list or an object. Give one of these.'],
    ],
    [
      "neither word nor list",
      { diallers: "10.0.0.103" },
      ['`diallers` "10.0.0.103": must be "all" or a list. Give one of these.'],
    ],
    [
      "an empty list",
      { diallers: [] },
      ['`diallers` []: names no dialler. List at least one address, or write "all".'],
    ],
    [
      "an item of a list that breaks its own rule",
      { diallers: ["10.0.0.103", "0.0.0.0"] },
      [
        '`diallers[1]` "0.0.0.0": 0.0.0.0 ("all servers") never becomes READY: each dialler runs only the remote agents of its own address. Declare one per dialler.',
      ],
    ],
  ])("%s", (_title, changes, expected) => {
    expect(mistakes(changes)).toEqual(expected);
  });
});

test("a reason keeps its rule and its fix apart, whatever stands in them", () => {
  const parsed = parse(bridgeSchema, { ...fine, routeNumber: "9. Nine", agentId: "" });
  expect(parsed).toMatchObject({
    problems: [
      { path: ["routeNumber"], fix: 'write it like "+19895551234", in quotes' },
      { rule: "must be an agent's id, 1 to 64 characters", fix: "copy it from the agent's page" },
    ],
  });
});

test("a value of the trunk's credentials is never printed", () => {
  const [mistake = ""] = mistakes({ trunkCredentials: { username: "denver", password: 12345678 } });
  expect(mistake).toMatch(/^`trunkCredentials.password`: must be text/);
  expect(mistake).not.toContain("12345678");
});

test("a mistake is named from where the operator stands", () => {
  const one = { field: "amd", rule: "r", fix: "f" };
  expect(
    [under("", one), under("bridges[1]", one), under("bridges", { ...one, field: "" })].map(({ field }) => field),
  ).toEqual(["amd", "bridges[1].amd", "bridges"]);
});
