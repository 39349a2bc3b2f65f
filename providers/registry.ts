import { bind } from "./dynamic/handler";
import { provide } from "./dynamic/provide";
import { shared } from "./dynamic/shared";
import { connectSigmaMind } from "./sigmamind/connect";
import { sipNumber } from "./sigmamind/sipNumber";
import { agentUsers } from "./vicidial/agentUsers";
import { campaign } from "./vicidial/campaign";
import { campaignRouting } from "./vicidial/campaignRouting";
import { carrier } from "./vicidial/carrier";
import { connectVicidial } from "./vicidial/connect";
import { list } from "./vicidial/list";
import { phone } from "./vicidial/phone";
import { remoteAgent } from "./vicidial/remoteAgent";
import { remoteAgents } from "./vicidial/remoteAgents";
import { settingsContainer } from "./vicidial/settingsContainer";

const sigmamind = shared(connectSigmaMind);
const vicidial = shared(connectVicidial);

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
  {
    "vicidial:socketPath": "VICIDIAL_SOCKET",
  },
);
