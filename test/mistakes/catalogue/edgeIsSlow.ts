import { routeNumber } from "../../kit/calls/bridge";
import type { Mistake } from "../support/mistake";
import { talks } from "../support/seen";

export const mistake: Mistake = {
  title: "The AI takes long to join",
  group: "The AI talks, but not as it should",
  sources: ["guide troubleshooting 3"],
  cause:
    "Between the customer's answer and the agent's lies the set-up of the AI leg; as long as the edge says 180, Asterisk plays ringing to the customer.",
  symptom: "The customer has answered and hears ringing, then the AI.",
  look: "VICIdial's recording: the ringing tone before the first word. `vicidial_carrier_log.dial_time` of the AI leg.",
  fix: "A transport without delay, `qualify=no`, an agent that starts quickly. Answering-machine detection does not remove the wait: its own decision comes on top.",
  n: 135,
  async make({ lab, n }) {
    await lab.edge.turn({ delayMs: 5000 }, routeNumber(n));
  },
  async seen(site) {
    const ai = await talks(site);
    const customer = await site.lab.carrier.call(
      site.lead.phone,
      ({ heard }) => heard.some(({ kind }) => kind === "speech"),
      60_000,
    );
    await site.lab.edge.hangUp(ai.id);
    expect(ai.answeredAt! - customer.answeredAt!).toBeGreaterThan(5000);
    const [first] = customer.heard;
    expect(first).toMatchObject({ kind: "tone" });
    expect(customer.recordedFrom! + first!.startMs).toBeLessThan(ai.answeredAt!);
  },
  async undo({ lab, n }) {
    await lab.edge.turn({ delayMs: 0 }, routeNumber(n));
  },
};
