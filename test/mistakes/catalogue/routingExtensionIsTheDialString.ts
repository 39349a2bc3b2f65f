import type { Mistake } from "../support/mistake";
import { lostOnTheWay, waits } from "../support/seen";

export const mistake: Mistake = {
  title: "The routing extension is the dial string",
  group: "Nobody is called",
  sources: ["guide step 4.3", "guide troubleshooting 1", "guide troubleshooting 5", "silent mistake 3"],
  cause:
    "`campaign_vdad_exten` holds what the remote agent dials. It must be VICIdial's own routing extension (8368, or 8369 with detection); from Asterisk 12 on the dialler puts 13 in front, and no such extension exists.",
  symptom: "No call is placed at all, though the lead counts as called and keeps its status. The line stays Ready.",
  look: '`vicidial_dial_log.extension` is 13 and the dial string; `vicidial_manager` has the call\'s Originate as SENT; Asterisk says "Extension does not exist".',
  fix: "Routing extension 8368 (8369 with answering-machine detection). The remote extension stands in the remote agent only.",
  n: 109,
  async make(site) {
    await site.campaign({ campaign_vdad_exten: site.extension });
  },
  async seen(site) {
    await lostOnTheWay(site, `97971${site.lead.phone}`);
    expect(await site.placed()).toMatchObject([{ extension: `13${site.extension}` }]);
    await waits(site);
  },
};
