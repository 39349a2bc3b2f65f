import type { Mistake } from "../support/mistake";
import { over, talks } from "../support/seen";

/** Somebody whom the customer calls at the site's cost. */
const TARGET = "13039990180";

export const mistake: Mistake = {
  title: "The AI leg's Dial has the option T",
  group: "Nobody notices, until it costs",
  sources: ["docs/facts/asterisk.md#touch-tones-place-calls"],
  cause:
    "VICIdial's own sample carriers have `To`. On the AI leg the customer is the caller, so `T` gives him the touch tones for transfers (`CC`, or `#` without features.conf).",
  symptom:
    "Nothing is seen until the telephone bill: a customer dials `CC`, a prefix and any number, and the site's carrier places the call.",
  look: "The options of the AI carrier's Dial; calls from the dialler that no campaign placed.",
  fix: "`o` alone.",
  n: 152,
  async make(site) {
    await site.dialplan((text) => text.replace(/(Dial\(PJSIP\/[^,]+,\d+,)/, "$1T"));
  },
  async seen(site) {
    await talks(site);
    const customer = await site.lab.carrier.call(site.lead.phone, ({ heard }) => heard.length > 0, 60_000);
    await site.lab.carrier.press(customer.id, `CC9797${TARGET}`);
    const paid = await site.lab.carrier.call(TARGET, ({ answeredAt }) => answeredAt !== undefined, 30_000);
    await site.lab.carrier.hangUp(paid.id);
    await over(site);
  },
};
