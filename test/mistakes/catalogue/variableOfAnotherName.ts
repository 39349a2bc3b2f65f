import type { Mistake } from "../support/mistake";
import { talks } from "../support/seen";

export const mistake: Mistake = {
  title: "The header has another name than the prompt's variable",
  group: "The AI talks, but not as it should",
  sources: ["guide troubleshooting 4"],
  cause:
    "The variable's name is the header's without `X-`: `X-firstname` gives `{{firstname}}`, and the prompt says `{{first_name}}`.",
  symptom:
    "The AI greets nobody by name, though the header arrives. Dynamic Variables shows those only that the prompt mentions.",
  look: "The agent's prompt beside the headers' names.",
  fix: "One name in both.",
  n: 150,
  bridge: { leadFields: ["first_name"] },
  async make(site) {
    await site.dialplan((text) => text.replaceAll("X-first_name", "X-firstname"));
  },
  async seen(site) {
    const ai = await talks(site);
    await site.lab.edge.hangUp(ai.id);
    expect(ai.variables).toEqual({ firstname: "Maria" });
    expect(ai.greeting).toBe("Hello , this is the lab's sales agent.");
  },
};
