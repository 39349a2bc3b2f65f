import { ofOneList, type Mistake } from "../support/mistake";
import { notTried } from "../support/seen";

export const mistake: Mistake = {
  title: "The list was not reset after a call",
  group: "Nobody is called",
  sources: ["guide step 5.4", "silent mistake 29"],
  cause:
    "`called_since_last_reset` of the lead is Y, because it was called, or because the page's reset was refused (`daily_reset_limit`). Setting the status back to NEW is not enough.",
  symptom: "A second test call never comes, though the lead is NEW and the line Ready.",
  look: "`SELECT status, called_since_last_reset FROM vicidial_list`.",
  fix: "Reset the list; then within a minute the hopper takes it.",
  ...ofOneList,
  lead: { called_since_last_reset: "Y" },
  async seen(site) {
    await notTried(site);
  },
};
