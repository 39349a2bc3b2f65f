import { ofOneList, type Mistake } from "../support/mistake";
import { lostOnTheWay } from "../support/seen";

export const mistake: Mistake = {
  title: "The list has a dial prefix of its own",
  group: "Nobody is called",
  sources: ["silent mistake 17"],
  cause: "`vicidial_lists.dial_prefix` wins over the campaign's, and no carrier answers it.",
  symptom: "Nobody of this list is called, though its leads count as called; other lists of the campaign are well.",
  look: "`SELECT dial_prefix FROM vicidial_lists`; `vicidial_dial_log.channel` begins with it.",
  fix: "Empty it, or name a telephony carrier's prefix.",
  ...ofOneList,
  async make(site) {
    await site.list({ dial_prefix: "6262" });
  },
  async seen(site) {
    await lostOnTheWay(site, `62621${site.lead.phone}`);
  },
};
