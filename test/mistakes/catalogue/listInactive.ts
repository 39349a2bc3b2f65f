import { ofOneList, type Mistake } from "../support/mistake";
import { notTried } from "../support/seen";

export const mistake: Mistake = {
  title: "The list is not active",
  group: "Nobody is called",
  sources: ["docs/facts/vicidial.md#hopper"],
  cause:
    "`vicidial_lists.active` is N, which is what a list added on the page begins with, or its expiration date is over.",
  symptom: "Nobody of this list is called; the line is Ready.",
  look: "`SELECT active, expiration_date FROM vicidial_lists`.",
  fix: "Set it active.",
  ...ofOneList,
  async make(site) {
    await site.list({ active: "N" });
  },
  async seen(site) {
    await notTried(site);
  },
};
