import { ofOneList, type Mistake } from "../support/mistake";
import { notTried } from "../support/seen";

export const mistake: Mistake = {
  title: "The lead's status is not dialable",
  group: "Nobody is called",
  sources: ["guide troubleshooting 1", "guide step 5.3"],
  cause:
    "After a test call the lead's status is DROP, XFER or another that `dial_statuses` of the campaign does not name.",
  symptom: "A second test call never comes, with the line Ready.",
  look: "The lead's status against `vicidial_campaigns.dial_statuses`.",
  fix: "Set the test lead to NEW. Adding DROP or XFER to the campaign makes it call everybody again who talked to the AI.",
  ...ofOneList,
  lead: { status: "DROP" },
  async seen(site) {
    await notTried(site);
  },
};
