import type { Mistake } from "../support/mistake";
import { closedAs, talks } from "../support/seen";

export const mistake: Mistake = {
  title: "The telephony carrier does not call call_log",
  group: "VICIdial's reports mislead",
  sources: ["docs/facts/vicidial.md#call-log", "silent mistake 22"],
  cause: "The carrier's dialplan begins with Dial instead of `AGI(agi://127.0.0.1:4577/call_log)`.",
  symptom:
    "Calls work, but VICIdial's `call_log` has no row of the customer's leg, and CAMPCUST and CAMPDTO are not set: reports that start from it are blind.",
  look: "`SELECT … FROM call_log WHERE caller_code = '<V-code>' AND channel LIKE 'Local/%'` is empty.",
  fix: "That line as the first of every carrier's extension.",
  n: 140,
  async make(site) {
    await site.telephony("X.", ["NoOp()", "Dial(${TELCO}/${EXTEN:4},${CAMPDTO},o)", "Hangup()"]);
  },
  async seen(site) {
    const ai = await talks(site);
    expect(ai.status).toBe(200);
    await site.lab.edge.hangUp(ai.id);
    await closedAs(site, ["DROP", "XFER"]);
    const logged = await site.lab.query<{ channel: string }>("SELECT channel FROM call_log WHERE caller_code = ?", [
      ai.from.name,
    ]);
    expect(logged.filter(({ channel }) => channel.startsWith("Local/"))).toEqual([]);
  },
};
