import type { Mistake } from "../support/mistake";
import { closedAs, over } from "../support/seen";

export const mistake: Mistake = {
  title: "A message for machines is wished, and none is named",
  group: "The AI talks, but not as it should",
  sources: ["guide step 8", "silent mistake 36"],
  cause: "`amd_send_to_vmx` is Y and `am_message_exten` is empty (an override of the list wins).",
  symptom: "Machines are hung up on without a message.",
  look: "The lead is AA; with a message that was played it would be AL.",
  fix: "Name the audio file in `am_message_exten`.",
  n: 146,
  bridge: { amd: { onMachine: "hangup", onNotSure: "agent" }, lines: 2 },
  customers: ["30"],
  async make(site) {
    await site.campaign({ amd_send_to_vmx: "Y", am_message_exten: "" });
  },
  async seen(site) {
    const machine = await over(site);
    expect(machine).toMatchObject({ endedBy: "caller", heard: [] });
    await closedAs(site, ["AA"]);
    expect(await site.lab.edge.of(site.lead.phone)).toEqual([]);
  },
};
