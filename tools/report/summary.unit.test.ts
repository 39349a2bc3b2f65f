import type { Checkout } from "../checkout/checkout";
import { stackOutputs, summarise } from "./summary";

const checkout: Checkout = {
  root: "/somewhere",
  prefix: "vb-01234567",
  ports: { database: 20001, sigmamind: 20002, sigmamindControl: 20003, edgeControl: 20004, carrierControl: 20005 },
  subnet: "10.77.3.0/24",
  secrets: {
    passphrase: "passphrase-of-state",
    databasePassword: "password-of-database",
    sigmamindApiKey: "key-of-the-simulator",
    lab: "secret-of-the-lab",
  },
};
const denver = {
  name: "denver",
  campaignId: "SIGMA1",
  remoteExtension: "979719895551234",
  carrierId: "AIdenver",
  userStart: 5565,
  lines: 1,
};
const output = { ...denver, routeNumber: "+19895551234" };

test("the last line of `npm start -- --json` has exactly these fields", () => {
  const seconds = { tools: 1.234, images: 0.05, up: 20, secondUp: 3.96, verify: 40.04 };
  const verified = { name: "denver", verdict: "passed" as const, seconds: 40.04 };
  const summary = summarise(checkout, [output], 0, [verified], seconds);
  expect(JSON.parse(JSON.stringify(summary))).toEqual({
    stack: "dev",
    database: {
      host: "127.0.0.1",
      port: 20001,
      user: "voicebridge",
      password: "password-of-database",
      name: "asterisk",
    },
    sigmamind: { baseUrl: "http://127.0.0.1:20002", apiKey: "key-of-the-simulator" },
    calls: { edgeUrl: "http://127.0.0.1:20004", carrierUrl: "http://127.0.0.1:20005" },
    bridges: [denver],
    secondUp: { changes: 0 },
    verified: [{ name: "denver", verdict: "passed", seconds: 40 }],
    seconds: { tools: 1.2, images: 0.1, up: 20, secondUp: 4, verify: 40 },
  });
});

test("outputs of the stack that the summary does not name are left out", () => {
  const outputs = { bridges: [{ ...output, dialplan: "exten => …", softphone: { secret: "s3cret" } }], lab: {} };
  expect(stackOutputs.parse(outputs)).toEqual({ bridges: [output] });
  expect(() => stackOutputs.parse({ bridges: [{ name: "denver" }] })).toThrow();
});
