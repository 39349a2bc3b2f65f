import type { Mistake } from "../support/mistake";
import { talks } from "../support/seen";

export const mistake: Mistake = {
  title: "The header's name does not begin with X-",
  group: "The AI talks, but not as it should",
  sources: ["guide troubleshooting 4"],
  cause: "SigmaMind makes variables of headers that begin with `X-` (or `x-`) only.",
  symptom: "The call is well, the variable is missing.",
  look: "Conversations → Dynamic Variables; the carrier's dialplan.",
  fix: "`X-city` for `{{city}}`.",
  n: 147,
  bridge: { headers: { "X-city": "Denver" } },
  async make(site) {
    await site.dialplan((text) => text.replace("(add,X-city)", "(add,city)"));
  },
  async seen(site) {
    const ai = await talks(site);
    await site.lab.edge.hangUp(ai.id);
    expect(ai.status).toBe(200);
    expect(ai.variables).toEqual({});
  },
};
