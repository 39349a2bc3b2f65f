import fc from "fast-check";
import { chosenSecrets, phoneInputs, phoneRow, secretsOf, type StoredPhone } from "./rows";
import { phoneSchema } from "./schema";

const base = { extension: "5565", serverIp: "10.20.30.11" };

describe("a phone's declaration", () => {
  test("derives number, mailbox, login and name from the extension", () => {
    expect(phoneSchema.parse({ ...base, extension: 5565 })).toEqual({
      ...base,
      dialplanNumber: "5565",
      voicemailId: "5565",
      login: "5565",
      fullName: "Phone 5565",
      phoneType: "softphone",
      active: true,
      protocol: "SIP",
      context: "default",
      callerId: "",
      adopt: false,
    });
  });

  test.each([
    [{ extension: "5" }, /must be 2 to 100/],
    [{ extension: "a b" }, /must be 2 to 100/],
    [{ serverIp: "0.0.0.0" }, /a phone registers at a single server/],
    [{ serverIp: "dialler1" }, /must be the IPv4 address/],
    [
      { extension: "desk-denver" },
      /dialplanNumber: is needed, because extension desk-denver cannot serve as one \(digits\)/,
    ],
    [{ extension: "desk-denver" }, /voicemailId: is needed/],
    [{ protocol: "Zap" }, /Invalid option/],
    [{ sipSecret: "short" }, /must be 8 to 100/],
    [{ sipSecret: "with;semicolon" }, /must be 8 to 100/],
  ])("refuses %j", (declared, message) => {
    const { error } = phoneSchema.safeParse({ ...base, ...declared });
    expect(error?.issues.map(({ path, message: said }) => `${path.join(".")}: ${said}`).join("\n")).toMatch(message);
  });
});

describe("passwords", () => {
  const phone = phoneSchema.parse(base);

  test("are random where none is declared, fit schema 1302 and survive a human save", () => {
    const first = chosenSecrets(phone, undefined);
    const second = chosenSecrets(phone, undefined);
    expect(first.sipSecret).not.toBe(second.sipSecret);
    expect(first.sipSecret).not.toBe(first.webPassword);
    for (const value of Object.values(first)) expect(value).toMatch(/^[-_0-9a-zA-Z]{20}$/);
  });

  test("an adopted phone keeps its own, but not VICIdial's default", () => {
    const present = { sipSecret: "test", webPassword: "own-password" };
    expect(chosenSecrets(phone, present)).toEqual({
      webPassword: "own-password",
      sipSecret: expect.stringMatching(/^.{20}$/) as string,
    });
  });

  test("a declared one wins", () => {
    const declared = phoneSchema.parse({ ...base, sipSecret: "declared-1" });
    expect(chosenSecrets(declared, { sipSecret: "other-one", webPassword: "own-password" }).sipSecret).toBe(
      "declared-1",
    );
  });
});

test("a phone that is stored as declared reads back as declared", () => {
  const number = fc.stringMatching(/^[1-9][0-9]{1,8}$/);
  fc.assert(
    fc.property(number, fc.boolean(), fc.constantFrom("SIP", "IAX2"), (extension, active, protocol) => {
      const phone = phoneSchema.parse({ ...base, extension, active, protocol });
      const secrets = chosenSecrets(phone, undefined);
      const row = phoneRow(phone, secrets) as unknown as StoredPhone;
      expect({ ...base, extension, adopt: false, ...phoneInputs(row) }).toEqual({ ...phone, ...secrets });
      expect(secretsOf(row)).toEqual(secrets);
    }),
  );
});
