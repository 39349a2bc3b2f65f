import { startSimulator, type Simulator } from "../../../lab/sigmamind/simulator";
import { differences, freshDatabase, type Dump, type FreshDatabase } from "../../kit/database";
import { badInputs } from "./cases";
import { refusal } from "./refused";

let database: FreshDatabase;
let simulator: Simulator;
let before: Dump;

beforeAll(async () => {
  database = await freshDatabase({ schema: "1720" });
  simulator = await startSimulator();
  Object.assign(process.env, database.env, {
    SIGMAMIND_BASE_URL: simulator.baseUrl,
    SIGMAMIND_API_KEY: simulator.apiKey,
  });
  before = await database.dump();
});

afterAll(async () => {
  await simulator.close();
  await database.drop();
});

test("the table holds at least 60 mistakes, each once", () => {
  expect(badInputs.length).toBeGreaterThanOrEqual(60);
  expect(new Set(badInputs.map(({ kind, args }) => JSON.stringify([kind, args]))).size).toBe(badInputs.length);
});

test.each(badInputs)("$kind: $mistake ($source)", async ({ kind, args, message }) => {
  expect(await refusal(kind, args)).toBe(message);
});

test("none of them left a row behind", async () => {
  expect(differences(before, await database.dump())).toEqual([]);
  expect(simulator.control.numbers()).toEqual([]);
});
