import { connectSigmaMind } from "./connect";

const connect = (settings: Record<string, string>): unknown => connectSigmaMind({ get: (key) => settings[key] });
const key = { "sigmamind:apiKey": "key_S7ULC2lBwbg" };

describe("connectSigmaMind", () => {
  it.each([
    [key],
    [{ ...key, "sigmamind:baseUrl": "https://api.sigmamind.ai/v1/" }],
    [{ ...key, "sigmamind:baseUrl": "http://127.0.0.1:8080" }],
    [{ ...key, "sigmamind:baseUrl": "http://localhost:8080" }],
    [{ ...key, "sigmamind:baseUrl": "http://[::1]:8080" }],
  ])("takes %j", (settings) => expect(connect(settings)).toHaveProperty("numbers"));

  it.each([
    ["no key", {}, /`sigmamind:apiKey`: the SigmaMind API key is missing\. Set SIGMAMIND_API_KEY/],
    ["an empty key", { "sigmamind:apiKey": " " }, /is missing/],
    ["a key with a line break in it", { "sigmamind:apiKey": "a\nb" }, /`sigmamind:apiKey`: has a space/],
    [
      "no address",
      { ...key, "sigmamind:baseUrl": "api.sigmamind.ai" },
      /`sigmamind:baseUrl` "api.sigmamind.ai": is no web address/,
    ],
    ["another protocol", { ...key, "sigmamind:baseUrl": "ftp://api.sigmamind.ai" }, /is no web address/],
    [
      "plain http",
      { ...key, "sigmamind:baseUrl": "http://api.sigmamind.ai" },
      /would send the API key unencrypted\. Use https/,
    ],
    [
      "plain http to a name that only looks local",
      { ...key, "sigmamind:baseUrl": "http://127.0.0.1.evil.example" },
      /unencrypted/,
    ],
    [
      "a password in the address",
      { ...key, "sigmamind:baseUrl": "https://me:secret1@api.sigmamind.ai" },
      /has a user or a password in it/,
    ],
    ["a query", { ...key, "sigmamind:baseUrl": "https://api.sigmamind.ai?a=b" }, /has a query/],
  ])("refuses %s", (_what, settings: Record<string, string>, message) => {
    expect(() => connect(settings)).toThrow(message);
    expect(() => connect(settings)).not.toThrow(/secret1|key_S7/);
  });

  it("tells the operator the same line once", () => {
    const written = jest.spyOn(process.stderr, "write").mockReturnValue(true);
    const sigmamind = connectSigmaMind({
      get: (name) => (name === "sigmamind:apiKey" ? "key_S7ULC2lBwbg" : undefined),
    });
    for (const line of ["one", "two", "one"]) sigmamind.report(line);
    expect(written.mock.calls).toEqual([["one\n"], ["two\n"]]);
    written.mockRestore();
  });
});
