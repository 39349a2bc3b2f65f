import { bind } from "./dynamic/engine/handler";
import { provide } from "./dynamic/engine/provide";
import type { Settings } from "./dynamic/resource";
import { shared } from "./dynamic/engine/shared";
import { sipNumber } from "./sigmamind/sipNumber/sipNumber";
import { agentUsers } from "./vicidial/resources/agentUsers/agentUsers";
import { campaign } from "./vicidial/resources/campaign/campaign";
import { campaignRouting } from "./vicidial/resources/campaignRouting/campaignRouting";
import { carrier } from "./vicidial/resources/carrier/carrier";
import { list } from "./vicidial/resources/list/list";
import { phone } from "./vicidial/resources/phone/phone";
import { settingAliases } from "./vicidial/database/settings";
import { remoteAgent } from "./vicidial/resources/remoteAgent/remoteAgent";
import { remoteAgents } from "./vicidial/resources/remoteAgents/remoteAgents";
import { settingsContainer } from "./vicidial/resources/settingsContainer/settingsContainer";

/* eslint-disable @typescript-eslint/no-require-imports -- on purpose: each preview starts a process that loads this file,
   and needs neither the HTTP nor the MySQL library. They come with the first remote operation. */
const sigmamind = shared((settings) =>
  (require("./sigmamind/connect") as typeof import("./sigmamind/connect")).connectSigmaMind(settings),
);
const vicidial = (settings: Settings) =>
  (require("./vicidial/connect") as typeof import("./vicidial/connect")).connectVicidial(settings);
/* eslint-enable @typescript-eslint/no-require-imports */

/**
 * Every kind of resource with the way to its outside system. The shims in the state of a stack load this file, through the
 * package's `./provider` export, so a kind that stands here once stays for as long as any state has it.
 */
export const methods = provide(
  [
    bind(sipNumber, sigmamind),
    bind(agentUsers, vicidial),
    bind(remoteAgent, vicidial),
    bind(remoteAgents, vicidial),
    bind(settingsContainer, vicidial),
    bind(campaign, vicidial),
    bind(campaignRouting, vicidial),
    bind(list, vicidial),
    bind(phone, vicidial),
    bind(carrier, vicidial),
  ],
  settingAliases,
);
