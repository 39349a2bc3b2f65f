import type { Mistake } from "../support/mistake";
import { closedAs, over } from "../support/seen";

export const mistake: Mistake = {
  title: "A phone has the remote extension as its number",
  group: "The customer answers and the AI is not there",
  sources: ["silent mistake 15"],
  cause:
    "`phones.dialplan_number` equals what the line dials. Phones come before carriers in the dialplan, and `[default]`'s own patterns before both.",
  symptom:
    "The answered customer is sent to a phone that nobody registered, and is hung up on; the AI is never called.",
  look: "`dialplan show <remote extension>@default` shows it under `vicidial-auto-phones`, above the carrier's.",
  fix: "Another dialplan number, or another AI prefix.",
  n: 127,
  async make(site) {
    await site.hand.add(
      "phones",
      {
        ...{ extension: `m${site.n}`, dialplan_number: site.extension, voicemail_id: "127", server_ip: site.dialler },
        ...{
          login: `m${site.n}`,
          pass: "mistake",
          status: "ACTIVE",
          active: "Y",
          phone_type: "softphone",
          fullname: "Mistake",
        },
        ...{ protocol: "SIP", local_gmt: "-5.00", conf_secret: "mistake127secret", template_id: "" },
      },
      "extension",
      "server_ip",
    );
  },
  async seen(site) {
    expect((await over(site)).endedBy).toBe("caller");
    const rows = await closedAs(site, ["DROP", "XFER"]);
    expect(rows.line).toMatchObject({ user: site.user, extension: site.extension });
    expect(await site.lab.edge.of(site.lead.phone)).toEqual([]);
    const shown = await site.lab.cli(`dialplan show ${site.extension}@default`);
    expect(shown.indexOf(`SIP/m${site.n}`)).toBeGreaterThan(-1);
    expect(shown.indexOf(`SIP/m${site.n}`)).toBeLessThan(shown.indexOf(`@ai-`));
  },
};
