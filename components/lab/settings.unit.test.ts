import { labSettings } from "./settings";

const env = {
  VOICEBRIDGE_LAB_PREFIX: "vb-1234",
  VOICEBRIDGE_LAB_DATABASE_PORT: "23306",
  VOICEBRIDGE_LAB_DATABASE_PASSWORD: "a-long-password",
  VOICEBRIDGE_LAB_SIGMAMIND_PORT: "28080",
  VOICEBRIDGE_LAB_SIGMAMIND_CONTROL_PORT: "28081",
  VOICEBRIDGE_LAB_SIGMAMIND_API_KEY: "a-long-api-key",
  VOICEBRIDGE_LAB_SUBNET: "10.77.3.0/24",
  VOICEBRIDGE_LAB_EDGE_CONTROL_PORT: "28082",
  VOICEBRIDGE_LAB_CARRIER_CONTROL_PORT: "28083",
  VOICEBRIDGE_LAB_SECRET: "a-long-lab-secret",
};
const config = (values: Record<string, string> = {}) => ({ get: (key: string) => values[key] });
const messageFor = (changes: Record<string, string | undefined>, values = {}): string => {
  try {
    labSettings({ ...env, ...changes }, config(values));
    return "accepted";
  } catch (refusal) {
    return (refusal as Error).message;
  }
};

test("no word of a lab: no lab", () => {
  expect(labSettings({}, config())).toBeUndefined();
  expect(labSettings({ VOICEBRIDGE_LAB_PREFIX: "" }, config())).toBeUndefined();
});

test("environment first, then stack config, setting by setting", () => {
  const lab = labSettings(
    { ...env, VOICEBRIDGE_LAB_DATABASE_PORT: "" },
    config({ prefix: "from-config", databasePort: "24000" }),
  );
  expect(lab).toEqual({
    prefix: "vb-1234",
    database: { port: 24000, password: "a-long-password" },
    sigmamind: { port: 28080, controlPort: 28081, apiKey: "a-long-api-key" },
    telephony: {
      subnet: "10.77.3.0/24",
      edgeControlPort: 28082,
      carrierControlPort: 28083,
      secret: "a-long-lab-secret",
    },
  });
});

test("two diallers, with an image of one's own", () => {
  const given = { VOICEBRIDGE_LAB_DIALLERS: "2", VOICEBRIDGE_LAB_DIALLER_IMAGE: "my/vicidial:3884" };
  const lab = labSettings({ ...env, ...given }, config());
  expect(lab?.telephony).toMatchObject({ diallers: 2, diallerImage: "my/vicidial:3884" });
});

test("every missing setting is named at once, with both ways to set it", () => {
  const message = messageFor({ VOICEBRIDGE_LAB_DATABASE_PASSWORD: "", VOICEBRIDGE_LAB_SIGMAMIND_PORT: undefined });
  expect(message.split("\n")).toEqual([
    "`VOICEBRIDGE_LAB_DATABASE_PASSWORD`: the lab is asked for but this setting is missing; it has no default. Set it, or `pulumi config set --secret lab:databasePassword`.",
    "`VOICEBRIDGE_LAB_SIGMAMIND_PORT`: the lab is asked for but this setting is missing; it has no default. Set it, or `pulumi config set lab:sigmamindPort`.",
  ]);
});

test.each([
  [{ VOICEBRIDGE_LAB_PREFIX: "Up" }, /^`VOICEBRIDGE_LAB_PREFIX \(or lab:prefix\)` "Up": names of containers/],
  [{ VOICEBRIDGE_LAB_PREFIX: "-a" }, /2-40 lower-case letters/],
  [
    { VOICEBRIDGE_LAB_DATABASE_PORT: "80" },
    /^`VOICEBRIDGE_LAB_DATABASE_PORT \(or lab:databasePort\)` 80: a TCP port is a whole number from 1024 to 65535/,
  ],
  [{ VOICEBRIDGE_LAB_SUBNET: "10.77.3.0/16" }, /lab:subnet\)` "10.77.3.0\/16": the lab's network is one of 256/],
  [{ VOICEBRIDGE_LAB_SUBNET: "8.8.8.0/24" }, /private addresses/],
  [{ VOICEBRIDGE_LAB_DIALLERS: "3" }, /lab:diallers\)` 3: a lab has 1 or 2 diallers/],
  [{ VOICEBRIDGE_LAB_CARRIER_CONTROL_PORT: "28082" }, /28082: another service of the lab has this port/],
  [{ VOICEBRIDGE_LAB_DATABASE_PORT: "2330.6" }, /"2330.6": a TCP port/],
  [{ VOICEBRIDGE_LAB_DATABASE_PORT: "many" }, /"many": a TCP port/],
  [
    { VOICEBRIDGE_LAB_SIGMAMIND_CONTROL_PORT: "28080" },
    /lab:sigmamindControlPort\)` 28080: another service of the lab has this port/,
  ],
])("%j is refused", (changes, message) => expect(messageFor(changes)).toMatch(message));

test.each(["VOICEBRIDGE_LAB_DATABASE_PASSWORD", "VOICEBRIDGE_LAB_SIGMAMIND_API_KEY", "VOICEBRIDGE_LAB_SECRET"])(
  "a bad %s is refused and not shown",
  (name) => {
    for (const secret of ["short", "has a blank in it", "has\na line break", "pässwörter-sind-lang"]) {
      const message = messageFor({ [name]: secret });
      expect(message).toContain("it must have at least 12 characters, printable ASCII without blanks");
      expect(message).not.toContain(secret);
    }
  },
);

describe("a VICIdial of the operator's own", () => {
  const own = {
    ...{ VOICEBRIDGE_LAB_DATABASE_PORT: "", VOICEBRIDGE_LAB_DATABASE_PASSWORD: "" },
    VOICEBRIDGE_LAB_OWN_VICIDIAL: "true",
  };
  const leads = {
    VOICEBRIDGE_LAB_LEAD_DATABASE_HOST: "10.20.30.5",
    VOICEBRIDGE_LAB_LEAD_DATABASE_USER: "leads",
    VOICEBRIDGE_LAB_LEAD_DATABASE_PASSWORD: "x",
  };

  test("takes the place of the database; with a database of leads the lead service reads it", () => {
    const lab = labSettings({ ...env, ...own }, config());
    expect(lab).not.toHaveProperty("database");
    expect(lab?.ownVicidial).toEqual({});
    expect(labSettings({ ...env, ...own, ...leads }, config({ leadDatabasePort: "3307" }))?.ownVicidial).toEqual({
      leadDatabase: { host: "10.20.30.5", port: 3307, user: "leads", password: "x" },
    });
  });

  test.each([
    [
      { VOICEBRIDGE_LAB_OWN_VICIDIAL: "true" },
      /lab:databasePort\)`: the lab has no database beside a VICIdial of your own/,
    ],
    [{ ...own, VOICEBRIDGE_LAB_DIALLERS: "2" }, /lab:diallers\)`: the lab has no dialler beside/],
    [{ ...own, VOICEBRIDGE_LAB_DIALLER_IMAGE: "x" }, /lab:diallerImage\)`: the lab has no dialler beside/],
    [
      { ...own, VOICEBRIDGE_LAB_OWN_VICIDIAL: "yes" },
      /`VOICEBRIDGE_LAB_OWN_VICIDIAL \(or lab:ownVicidial\)` "yes": is true or/,
    ],
    [
      { ...own, ...leads, VOICEBRIDGE_LAB_LEAD_DATABASE_PASSWORD: "" },
      /`VOICEBRIDGE_LAB_LEAD_DATABASE_PASSWORD`: the lab/,
    ],
    [
      { ...own, ...leads, VOICEBRIDGE_LAB_LEAD_DATABASE_HOST: "localhost" },
      /"localhost": is the lead service's container/,
    ],
    [{ ...own, ...leads, VOICEBRIDGE_LAB_LEAD_DATABASE_PORT: "70000" }, /lab:leadDatabasePort\)` 70000: a TCP port/],
    [leads, /lab:leadDatabaseHost\)`: is read only beside a VICIdial of your own/],
  ])("%j is refused", (changes, message) => expect(messageFor(changes)).toMatch(message));
});
