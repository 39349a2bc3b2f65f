import fc from "fast-check";

import {
  type Block,
  blockOf,
  endOf,
  HIGHEST_USER,
  nextFree,
  overlap,
  shownBlock,
  usersOf,
} from "../../site/agentBlocks";
import { foundInputs } from "./rows";
import { agentUsersSchema } from "./schema";
import { closersOf, closersText, fromRow, remembered, toRow } from "../remoteAgent/rows";
import { remoteAgentSchema } from "../remoteAgent/schema";

const block = fc.record({ start: fc.integer({ min: 10, max: 400 }), lines: fc.integer({ min: 1, max: 12 }) });

describe("blocks of agent users", () => {
  test("are what the daemon counts: start, start + 1, …", () => {
    expect(usersOf(blockOf("5565", 3))).toEqual(["5565", "5566", "5567"]);
    expect([shownBlock(blockOf("5565", 1)), shownBlock(blockOf("5565", 4))]).toEqual(["5565", "5565-5568"]);
  });

  test("overlap exactly where they share a user", () => {
    fc.assert(
      fc.property(block, block, (one, other) => {
        const shared = usersOf(one).some((user) => usersOf(other).includes(user));
        expect(overlap(one, other)).toBe(shared);
        expect(overlap(other, one)).toBe(shared);
      }),
    );
  });

  test("the next free block touches none, and no lower one is free", () => {
    fc.assert(
      fc.property(block, fc.array(block, { maxLength: 20 }), (wanted, taken) => {
        const free = nextFree(wanted, taken);
        expect(free).toMatchObject({ lines: wanted.lines });
        const found = free as Block;
        expect(found.start).toBeGreaterThanOrEqual(wanted.start);
        expect(taken.some((other) => overlap(found, other))).toBe(false);
        for (let start = wanted.start; start < found.start; start++)
          expect(taken.some((other) => overlap({ ...wanted, start }, other))).toBe(true);
      }),
    );
  });

  test("end at nine digits", () => {
    const last: Block = { start: HIGHEST_USER - 1, lines: 2 };
    expect(endOf(nextFree(last, []) as Block)).toBe(HIGHEST_USER);
    expect(nextFree(last, [{ start: HIGHEST_USER, lines: 1 }])).toBeUndefined();
  });
});

describe("what a refresh finds of agent users", () => {
  const state = agentUsersSchema.parse({ userStart: 5565, lines: 3, namePrefix: "Sigma", userGroup: "AGENTS" });
  const stored = (line: number, more: object = {}) => ({
    line,
    row: {
      ...{ user_id: 100 + line, user: String(5565 + line), user_level: 1, full_name: `Sigma ${line + 1}` },
      ...{ user_group: "AGENTS", vicidial_recording: "1", active: "Y", ...more },
    },
  });

  test("is what was declared when nothing changed", () => {
    const { inputs, deviations } = foundInputs(state, [stored(0), stored(1), stored(2)]);
    expect({ ...state, ...inputs }).toEqual(state);
    expect(deviations).toEqual({});
  });

  test("shows what any line holds otherwise, and remembers what each line really holds", () => {
    const { inputs, deviations } = foundInputs(state, [
      stored(0),
      stored(1, { user_group: "SALES" }),
      stored(2, { active: "N" }),
    ]);
    expect(inputs).toMatchObject({ userGroup: "SALES", active: false, recording: true, namePrefix: "Sigma", lines: 3 });
    // Against the inputs as found: the lines that still hold what was declared are the odd ones now.
    expect(deviations).toEqual({
      "5565": { user_group: "AGENTS", active: "Y" },
      "5566": { active: "Y" },
      "5567": { user_group: "AGENTS" },
    });
  });

  test("counts the lines that are there", () => {
    expect(foundInputs(state, [stored(0), stored(2)]).inputs.lines).toBe(2);
  });
});

describe("a remote agent's row", () => {
  const wanted = remoteAgentSchema.parse({
    ...{ serverIp: "10.0.0.103", userStart: 5565, extension: 979719895551234, campaignId: "SIGMA" },
    ...{ closerCampaigns: ["SUPPORT", "SALES"] },
  });
  const row = (more: object = {}) =>
    ({ remote_agent_id: 7, ...toRow(wanted), ...more }) as Parameters<typeof fromRow>[0];

  test("stands for the inputs and back", () => {
    expect(toRow(wanted)).toEqual({
      ...{ server_ip: "10.0.0.103", user_start: "5565", number_of_lines: 1, conf_exten: "979719895551234" },
      ...{ status: "ACTIVE", campaign_id: "SIGMA", closer_campaigns: " SUPPORT SALES -" },
      ...{ extension_group: "NONE", on_hook_agent: "N", on_hook_ring_time: 15 },
    });
    expect({ ...wanted, ...fromRow(row()) }).toEqual(wanted);
  });

  test("closer campaigns are VICIdial's list, in any of its spellings", () => {
    expect([closersText([]), closersText(["A", "B"])]).toEqual([" -", " A B -"]);
    for (const none of [null, "", " -", " - -", "-"]) expect(closersOf(none)).toEqual([]);
    expect(closersOf(" A B -")).toEqual(["A", "B"]);
  });

  test("another spelling of the same is no change, another meaning is", () => {
    const none = { ...wanted, closerCampaigns: [] };
    expect(remembered(none, row({ closer_campaigns: null, extension_group: "" }))).toMatchObject({
      ...{ closer_campaigns: null, extension_group: "" },
    });
    expect(remembered(none, row())).toMatchObject({ closer_campaigns: " -" });
    expect(remembered(wanted, row({ conf_exten: "1" }))).toMatchObject({ conf_exten: "979719895551234" });
  });
});
