import { setTimeout as pause } from "node:timers/promises";
import { ofOneList, type Mistake } from "../support/mistake";

/** Twice the period in which the lab's dialler looks for its flag, and a reload. */
const PATIENCE_MS = 6000;

export const mistake: Mistake = {
  title: "The dialler does not generate its configuration",
  group: "The customer answers and the AI is not there",
  sources: ["silent mistake 11"],
  cause: "`servers.generate_vicidial_conf` is N, or cron does not start the keepalive program.",
  symptom:
    "Carriers and remote extensions that were added or changed do not exist for Asterisk; those of before go on.",
  look: "`servers.rebuild_conf_files` stays Y; `dialplan show <remote extension>@default` shows nothing or the old text.",
  fix: "Set `generate_vicidial_conf` Y, or put the carrier into Asterisk's own files.",
  ...ofOneList,
  customers: [],
  when: "alone",
  async make(site) {
    await site.hand.set("servers", { server_ip: site.dialler }, { generate_vicidial_conf: "N" });
    await site.addCarrier("ungenerated", { dialplan_entry: "exten => 6100,1,Hangup()" });
    await site.hand.flag(site.dialler);
  },
  async seen(site) {
    await pause(PATIENCE_MS);
    const [server] = await site.lab.query("SELECT rebuild_conf_files FROM servers WHERE server_ip = ?", [site.dialler]);
    expect(server).toEqual({ rebuild_conf_files: "Y" });
    expect(await site.lab.cli("dialplan show 6100@vicidial-auto-external")).not.toContain("'6100'");
  },
};
