import type { Mistake } from "../support/mistake";

export const mistake: Mistake = {
  title: "The campaign's caller id is too short",
  group: "The AI talks, but not as it should",
  sources: ["guide step 4.4", "silent mistake 23"],
  cause: "`campaign_cid` of six characters or fewer counts as none, for example an internal extension.",
  symptom: "The customer is shown no number or the word asterisk, and many carriers refuse a call without a number.",
  look: "`vicidial_dial_log.outbound_cid` is the bare V-code.",
  fix: "7 to 20 digits, with the country code, without `+` (the page removes it).",
  n: 142,
  async make(site) {
    await site.campaign({ campaign_cid: "303814" });
  },
  async seen(site) {
    const customer = await site.lab.carrier.call(site.lead.phone, ({ answeredAt }) => answeredAt !== undefined, 90_000);
    await site.lab.carrier.hangUp(customer.id);
    // What Asterisk says where it knows no number.
    expect(customer.from.number).toBe("asterisk");
    expect((await site.placed())[0]?.outbound_cid).toMatch(/^V\d{19}$/);
  },
};
