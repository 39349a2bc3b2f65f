import { shownExtensions } from "../../../core/protocols/ami";
import { aiCarrier, diallerDialplan } from "../../asterisk";
import { dialplanDifferences } from "./loadedDialplan";
import { asteriskSettings } from "./settings";
import { lineSeen } from "./readyLines";

const EXTENSION = "979719895551234";
const sources = {
  phones: [],
  carriers: [
    {
      carrierId: "TELCO",
      protocol: "SIP",
      dialplanEntry: "exten => _9797X.,1,Dial(SIP/${EXTEN:4}@telco,,o)\nexten => _9797X.,2,Hangup()",
    },
    {
      carrierId: "aib19895551234",
      protocol: "PJSIP",
      dialplanEntry: aiCarrier({ aiPrefix: "9797", routeNumber: "+19895551234", stack: "pjsip", account: "ai" })
        .dialplanEntry,
    },
  ],
};
const wanted = () => diallerDialplan(sources).find("default", EXTENSION)[0];

/** As `dialplan show` prints an extension. */
function printed(context: string, extension: string, steps: readonly string[]): string {
  const first = `  '${extension}' =>  1. ${steps[0] ?? ""}`.padEnd(60);
  const rest = steps.slice(1).map((step, index) => `                    ${index + 2}. ${step}`.padEnd(60));
  return [`[ Included context '${context}' created by 'pbx_config' ]`, first, ...rest]
    .map((line, index) => (index === 0 ? line : `${line} [pbx_config]`))
    .join("\n");
}
const inForce = () => (wanted()?.priorities ?? []).map(({ step }) => `${step.application}(${step.data})`);

describe("what Asterisk shows against what the database says", () => {
  const differences = (text: string) => dialplanDifferences(wanted(), shownExtensions(text)[0]);

  test("the same", () => {
    expect(inForce().length).toBeGreaterThan(2);
    expect(differences(printed("vicidial-auto-external", EXTENSION, inForce()))).toEqual([]);
  });

  test("not loaded yet: the telephony carrier answers the number", () => {
    const [only, ...others] = differences(printed("vicidial-auto-external", "_9797X.", ["Dial(SIP/x)", "Hangup()"]));
    expect(only).toBe(
      `Asterisk answers with _9797X. in [vicidial-auto-external]; the database has ${EXTENSION} of carrier aib19895551234 in [vicidial-auto-external]`,
    );
    expect(others).toEqual([]);
  });

  test("loaded before the last change", () => {
    const old = inForce().map((step) => step.replace("+19895551234", "+19895550000"));
    expect(differences(printed("vicidial-auto-external", EXTENSION, old))).toEqual([
      expect.stringMatching(
        /^priority \d: Asterisk has Dial\(PJSIP\/\+19895550000.*; the database has Dial\(PJSIP\/\+19895551234/,
      ),
    ]);
    expect(differences(printed("vicidial-auto-external", EXTENSION, inForce().slice(0, 2))).length).toBeGreaterThan(0);
  });

  test("nothing there", () => {
    expect(differences("There is no existence of extension")).toEqual([
      expect.stringMatching(/Asterisk has no extension/),
    ]);
    expect(dialplanDifferences(undefined, undefined)).toEqual([expect.stringMatching(/no active carrier/)]);
  });
});

describe("one line", () => {
  const live = {
    ...{ user: "5565", status: "READY", lead_id: 0, campaign_id: "SIGMA1", conf_exten: EXTENSION },
    ...{ outbound_autodial: "Y", pause_code: "", age: -9 },
  };
  const see = (change: Partial<typeof live> | undefined) =>
    lineSeen("5565", change && { ...live, ...change }, { extension: EXTENSION, campaignId: "SIGMA1" });

  test("is READY", () => {
    expect(see({})).toEqual({ user: "5565", status: "READY", running: true, ready: true, autodialled: true });
  });

  test.each<[string, Partial<typeof live>, RegExp]>([
    ["stale", { age: 31 }, /last refreshed 31 s ago/],
    ["of another campaign", { campaign_id: "SOLAR" }, /serves campaign SOLAR/],
    ["with another extension", { conf_exten: "8300" }, /has the extension 8300/],
    ["lagged out", { status: "PAUSED", pause_code: "LAGGED" }, /is PAUSED \(LAGGED\)/],
  ])("does not run: %s", (_, change, why) => {
    expect(see(change)).toMatchObject({ running: false, ready: false, why: expect.stringMatching(why) as unknown });
  });

  test("runs, but is not free", () => {
    expect(see({ status: "INCALL", lead_id: 7 })).toMatchObject({
      running: true,
      ready: false,
      why: "is on a call (INCALL)",
    });
    expect(see({ lead_id: 7 })).toMatchObject({ running: true, ready: false });
    expect(see({ outbound_autodial: "N" })).toMatchObject({ running: true, autodialled: false });
    expect(see(undefined)).toMatchObject({ running: false, why: expect.stringMatching(/not listed/) as unknown });
  });
});

describe("how the diallers' Asterisk is reached", () => {
  const read = (values: Record<string, string>) =>
    asteriskSettings({ get: (key) => values[key.replace("vicidial:", "")] });

  test("without a secret only the database tells", () => {
    expect(read({})).toEqual({ dialplanTimeoutSeconds: 180, reloadSettleSeconds: 10 });
  });

  test("an account, and places", () => {
    expect(
      read({ amiSecret: "hush-hush", amiAddresses: "10.20.30.11=127.0.0.1:15038, 10.20.30.12=d2" }).manager,
    ).toEqual({
      user: "cron",
      secret: "hush-hush",
      addresses: new Map([
        ["10.20.30.11", { host: "127.0.0.1", port: 15038 }],
        ["10.20.30.12", { host: "d2" }],
      ]),
    });
  });

  test("what is wrong", () => {
    expect(() => read({ amiSecret: "x", amiAddresses: "dialler=there" })).toThrow(
      /amiAddresses` "dialler=there": is a list of <server_ip>=/,
    );
    expect(() => read({ amiSecret: "hush-hush", amiPort: "no" })).toThrow(/VICIDIAL_AMI_PORT/);
    expect(() => read({ amiSecret: "hush-hush", amiPort: "no" })).not.toThrow(/hush/);
  });
});
