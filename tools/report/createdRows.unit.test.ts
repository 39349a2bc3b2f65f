import { peersOf } from "./createdRows";

test("the peers that a dialplan dials, each once", () => {
  const text = [
    "exten => 979719895551234,n,Dial(PJSIP/+19895551234@sigmamind,30,o)",
    "exten => 979719895551234,n,Dial(SIP/+19895551234@sigmamind,30,ob(vicidial-auto-external^979719895551234h^1))",
    "exten => 979719895551234,n,Dial(SIP/+18015550100@second-edge)",
    "exten => 979719895551234,n,Dial(SIP/phone1,30)",
  ].join("\r\n");
  expect(peersOf(text)).toEqual(["sigmamind", "second-edge"]);
  expect(peersOf("")).toEqual([]);
});
