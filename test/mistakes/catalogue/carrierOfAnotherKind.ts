import type { Mistake } from "../support/mistake";
import { hearsInvalid } from "../support/seen";

export const mistake: Mistake = {
  title: "The AI carrier's protocol is never generated",
  group: "The customer answers and the AI is not there",
  sources: ["silent mistake 12"],
  cause:
    "`protocol` is EXTERNAL or Zap: the configuration writer knows IAX2, SIP, PJSIP and PJSIP_WIZ only. Likewise PJSIP on a server whose Asterisk has chan_sip only.",
  symptom: 'The answered customer hears "not in service"; DROP.',
  look: "The carrier's text is missing in `/etc/asterisk/extensions-vicidial.conf`.",
  fix: "Protocol SIP or PJSIP, as the server's `allowed_sip_stacks` says.",
  n: 123,
  bridge: { aiPrefix: "4123" },
  async make(site) {
    await site.carrier({ protocol: "EXTERNAL" });
  },
  async seen(site) {
    await hearsInvalid(site, `4123${site.number}`);
    const [server] = await site.lab.query("SELECT rebuild_conf_files FROM servers WHERE server_ip = ?", [site.dialler]);
    expect(server).toEqual({ rebuild_conf_files: "N" });
  },
};
