import { Refusal } from "../../core/refusal";
import { loop } from "./loop";
import { managerAction } from "./manager";
import { numberOf, rounded } from "./perl";
import { readSettings } from "./settings";

const env = {
  DIALLER_ID: "DIALLER1",
  DIALLER_IP: "10.20.30.11",
  DIALLER_AMI_SECRET: "s3cretForAmi",
  VICIDIAL_HOST: "database",
  VICIDIAL_PASSWORD: "hidden-password",
};

describe("settings", () => {
  test("have VICIdial's own times by default", () => {
    const { every, lagSeconds } = readSettings(env);
    expect(every).toEqual({ configuration: 60_000, hopper: 60_000, remoteAgents: 2000, dialling: 2500, manager: 100 });
    expect(lagSeconds).toBe(30);
  });
  test("name everything that is missing", () => {
    const read = () => readSettings({ DIALLER_IP: "10.20.30.11" });
    expect(read).toThrow(Refusal);
    for (const name of ["DIALLER_ID", "DIALLER_AMI_SECRET", "VICIDIAL_HOST", "VICIDIAL_PASSWORD"])
      expect(read).toThrow(name);
  });
  test("say the rule, never the secret", () => {
    const read = () => readSettings({ ...env, DIALLER_AMI_SECRET: "too short", DIALLER_IP: "dialler1" });
    expect(read).toThrow("8-20 letters and digits");
    expect(read).toThrow("dotted IPv4");
    expect(read).not.toThrow("too short");
  });
});

describe("an action of vicidial_manager", () => {
  const row = {
    man_id: 7,
    action: "Originate",
    callerid: "V1221116230000000008",
    cmd_line_b: "Exten: 138368",
    cmd_line_d: "Channel: Local/979713035500914@default",
    cmd_line_f: 'Callerid: "V1221116230000000008" <13038142839>',
    cmd_line_h: "",
    cmd_line_k: null,
  };
  test("has a header for each command that says something, in order", () => {
    expect(managerAction(row)).toEqual({
      manId: 7,
      name: "Originate",
      callerId: "V1221116230000000008",
      headers: [
        ["Exten", "138368"],
        ["Channel", "Local/979713035500914@default"],
        ["Callerid", '"V1221116230000000008" <13038142839>'],
      ],
    });
  });
  test("cannot hold a second one behind a line end", () => {
    const { headers } = managerAction({ ...row, cmd_line_g: "Timeout: 1\r\nAction: Command" });
    expect(headers).toContainEqual(["Timeout", "1 Action: Command"]);
  });
});

test("numbers as Perl reads them", () => {
  expect(["0055", "sigma", "12abc", " 3.5x", "", null, "-2", "1e2"].map(numberOf)).toEqual([
    55, 0, 12, 3.5, 0, 0, -2, 100,
  ]);
});
test("halves go to the even neighbour", () => {
  expect([0.5, 1.5, 2.5, 2.4, 2.6].map(rounded)).toEqual([0, 2, 2, 2, 3]);
});

describe("a loop", () => {
  test("goes on after a turn that failed, and says so", async () => {
    const said: string[] = [];
    let turns = 0;
    await new Promise<void>((resolve) => {
      const running = loop(
        "test",
        1,
        () => (++turns === 1 ? Promise.reject(new Error("away")) : settle()),
        (event) => said.push(event),
      );
      const settle = (): Promise<void> => {
        void running.close().then(resolve);
        return Promise.resolve();
      };
    });
    expect(turns).toBe(2);
    expect(said).toEqual(["turn failed"]);
  });
  test("waits for its turn when it is closed", async () => {
    let finish: () => void = () => undefined;
    let done = false;
    const running = loop(
      "test",
      1,
      () => new Promise<void>((resolve) => (finish = resolve)).then(() => void (done = true)),
      () => undefined,
    );
    const closing = running.close();
    finish();
    await closing;
    expect(done).toBe(true);
  });
});
