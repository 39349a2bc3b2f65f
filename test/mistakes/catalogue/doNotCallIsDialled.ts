import type { Mistake } from "../support/mistake";

export const mistake: Mistake = {
  title: "DNC and XFER are dialable",
  group: "Nobody notices, until it costs",
  sources: ["guide step 5.3", "silent mistake 27"],
  cause:
    "The guide adds them to `dial_statuses` for tests. DNC leads are kept out only by the DNC lists, and only where `use_internal_dnc` or `use_campaign_dnc` is on.",
  symptom: "People who asked not to be called are called, and those who talked to the AI are called again.",
  look: "`SELECT dial_statuses, use_internal_dnc FROM vicidial_campaigns`.",
  fix: "NEW and, if wished, NA and B; reset test leads by hand.",
  n: 158,
  bridge: { lines: 2 },
  lead: { status: "DNC" },
  async make(site) {
    await site.campaign({ dial_statuses: " NEW DROP DNC XFER -" });
  },
  async seen(site) {
    await site.call("15", { status: "XFER" });
    for (const { phone } of site.leads) {
      const call = await site.lab.carrier.call(phone, ({ answeredAt }) => answeredAt !== undefined, 90_000);
      await site.lab.carrier.hangUp(call.id);
    }
  },
};
