import type { Mistake } from "../support/mistake";
import { talks } from "../support/seen";

export const mistake: Mistake = {
  title: "The lead service is not where the dialplan looks for it",
  group: "The AI talks, but not as it should",
  sources: ["guide troubleshooting 4", "docs/facts/asterisk.md#agi"],
  cause: "`leadService` names a wrong host or port, or the service is down.",
  symptom: "The AI does not know whom it talks to: it greets nobody by name.",
  look: 'Asterisk\'s log: "no lead from <host:port> … the call goes on without lead headers"; `dialplan show <remote extension>@default` names host and port.',
  fix: "Start the service, or correct the address.",
  n: 149,
  bridge: { leadFields: ["first_name"] },
  async make(site) {
    await site.dialplan((text) => text.replace(/agi:\/\/[^/]+\/lead/, "agi://leads:4999/lead"));
  },
  async seen(site) {
    const ai = await talks(site);
    await site.lab.edge.hangUp(ai.id);
    expect(ai.greeting).toBe("Hello , this is the lab's sales agent.");
    expect(ai.headers).toEqual([]);
  },
};
