import type { Mistake } from "../support/mistake";
import { hearsInvalid } from "../support/seen";

export const mistake: Mistake = {
  title: "The dialplan was changed without the rebuild flag",
  group: "The customer answers and the AI is not there",
  sources: ["silent mistake 11", "silent mistake 13"],
  cause:
    "A carrier was changed by SQL and `servers.rebuild_conf_files` not set: Asterisk goes on with the text of before. The flag goes back to N when the work begins, so N alone does not prove that a change is in force.",
  symptom: 'The rows are right, and calls go the old way or nowhere: here the customer hears "not in service"; DROP.',
  look: "Compare the carrier's `dialplan_entry` with `dialplan show <remote extension>@default`.",
  fix: "Set the flag on every dialler concerned and look again in Asterisk.",
  n: 124,
  bridge: { aiPrefix: "4124" },
  when: "in force",
  async make(site) {
    await site.dialplan((text) => text.replaceAll(`4124${site.number}`, `5124${site.number}`));
    await site.remoteAgent({ conf_exten: `5124${site.number}` });
  },
  async seen(site) {
    await hearsInvalid(site, `5124${site.number}`);
    expect(await site.lab.cli(`dialplan show 4124${site.number}@default`)).toContain(`'4124${site.number}'`);
  },
};
