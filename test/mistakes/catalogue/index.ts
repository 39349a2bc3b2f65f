/** Every mistake of this folder. */
import type { Mistake } from "../support/mistake";
import { mistake as agentNotPublished } from "./agentNotPublished";
import { mistake as aiMayDialAnything } from "./aiMayDialAnything";
import { mistake as amdRouteMissing } from "./amdRouteMissing";
import { mistake as answersAtOnce } from "./answersAtOnce";
import { mistake as blankPhoneCode } from "./blankPhoneCode";
import { mistake as callerIdTooShort } from "./callerIdTooShort";
import { mistake as campaignIdCutOff } from "./campaignIdCutOff";
import { mistake as campaignInactive } from "./campaignInactive";
import { mistake as carrierInactive } from "./carrierInactive";
import { mistake as carrierOfAnotherKind } from "./carrierOfAnotherKind";
import { mistake as changeDuringACall } from "./changeDuringACall";
import { mistake as changeWithoutRebuild } from "./changeWithoutRebuild";
import { mistake as channelsNotListed } from "./channelsNotListed";
import { mistake as configurationNotGenerated } from "./configurationNotGenerated";
import { mistake as customerCarrierWithoutCallLog } from "./customerCarrierWithoutCallLog";
import { mistake as customerMayTransfer } from "./customerMayTransfer";
import { mistake as customersGoToTheAi } from "./customersGoToTheAi";
import { mistake as dialLevelZero } from "./dialLevelZero";
import { mistake as dialPrefixNobodyAnswers } from "./dialPrefixNobodyAnswers";
import { mistake as dialPrefixWithX } from "./dialPrefixWithX";
import { mistake as dialStatusesWithCommas } from "./dialStatusesWithCommas";
import { mistake as dialTimeoutTooShort } from "./dialTimeoutTooShort";
import { mistake as dialledByHand } from "./dialledByHand";
import { mistake as doNotCallIsDialled } from "./doNotCallIsDialled";
import { mistake as edgeIsSlow } from "./edgeIsSlow";
import { mistake as edgeUnreachable } from "./edgeUnreachable";
import { mistake as fromNameIsTheCall } from "./fromNameIsTheCall";
import { mistake as ghostLine } from "./ghostLine";
import { mistake as guidesOwnExample } from "./guidesOwnExample";
import { mistake as headerWithoutX } from "./headerWithoutX";
import { mistake as humanOnALinesUser } from "./humanOnALinesUser";
import { mistake as leadServiceUnreachable } from "./leadServiceUnreachable";
import { mistake as leadWithoutTimeZone } from "./leadWithoutTimeZone";
import { mistake as lineWithoutAUser } from "./lineWithoutAUser";
import { mistake as listInactive } from "./listInactive";
import { mistake as listNotReset } from "./listNotReset";
import { mistake as listPrefixWins } from "./listPrefixWins";
import { mistake as machineMessageMissing } from "./machineMessageMissing";
import { mistake as manualCallerIdIsANumber } from "./manualCallerIdIsANumber";
import { mistake as moreCallsThanLines } from "./moreCallsThanLines";
import { mistake as moreLinesThanTrunks } from "./moreLinesThanTrunks";
import { mistake as noAgentMapped } from "./noAgentMapped";
import { mistake as noCommonCodec } from "./noCommonCodec";
import { mistake as notSureReachesTheAi } from "./notSureReachesTheAi";
import { mistake as numberOfAnotherCountry } from "./numberOfAnotherCountry";
import { mistake as numberUnknownToSigmaMind } from "./numberUnknownToSigmaMind";
import { mistake as phoneHasTheExtension } from "./phoneHasTheExtension";
import { mistake as prefixLeftInTheNumber } from "./prefixLeftInTheNumber";
import { mistake as recordingOnDemand } from "./recordingOnDemand";
import { mistake as remoteAgentInactive } from "./remoteAgentInactive";
import { mistake as remoteAgentOfAnotherCampaign } from "./remoteAgentOfAnotherCampaign";
import { mistake as remoteAgentOnAllServers } from "./remoteAgentOnAllServers";
import { mistake as remoteExtensionWithHost } from "./remoteExtensionWithHost";
import { mistake as routingExtensionIsTheDialString } from "./routingExtensionIsTheDialString";
import { mistake as sectionSwallowsCarriers } from "./sectionSwallowsCarriers";
import { mistake as shortTalkIsADrop } from "./shortTalkIsADrop";
import { mistake as sipAddHeaderOnPjsip } from "./sipAddHeaderOnPjsip";
import { mistake as statusNotDialable } from "./statusNotDialable";
import { mistake as strangerInsteadOfTheAi } from "./strangerInsteadOfTheAi";
import { mistake as tlsOnChanSip } from "./tlsOnChanSip";
import { mistake as twoCarriersOneExtension } from "./twoCarriersOneExtension";
import { mistake as userMayNotRecord } from "./userMayNotRecord";
import { mistake as userStartIsAName } from "./userStartIsAName";
import { mistake as variableOfAnotherName } from "./variableOfAnotherName";
import { mistake as xferWithoutTheAi } from "./xferWithoutTheAi";

/** By the name of their files. */
export const catalogue: Readonly<Record<string, Mistake>> = {
  agentNotPublished,
  aiMayDialAnything,
  amdRouteMissing,
  answersAtOnce,
  blankPhoneCode,
  callerIdTooShort,
  campaignIdCutOff,
  campaignInactive,
  carrierInactive,
  carrierOfAnotherKind,
  changeDuringACall,
  changeWithoutRebuild,
  channelsNotListed,
  configurationNotGenerated,
  customerCarrierWithoutCallLog,
  customerMayTransfer,
  customersGoToTheAi,
  dialLevelZero,
  dialPrefixNobodyAnswers,
  dialPrefixWithX,
  dialStatusesWithCommas,
  dialTimeoutTooShort,
  dialledByHand,
  doNotCallIsDialled,
  edgeIsSlow,
  edgeUnreachable,
  fromNameIsTheCall,
  ghostLine,
  guidesOwnExample,
  headerWithoutX,
  humanOnALinesUser,
  leadServiceUnreachable,
  leadWithoutTimeZone,
  lineWithoutAUser,
  listInactive,
  listNotReset,
  listPrefixWins,
  machineMessageMissing,
  manualCallerIdIsANumber,
  moreCallsThanLines,
  moreLinesThanTrunks,
  noAgentMapped,
  noCommonCodec,
  notSureReachesTheAi,
  numberOfAnotherCountry,
  numberUnknownToSigmaMind,
  phoneHasTheExtension,
  prefixLeftInTheNumber,
  recordingOnDemand,
  remoteAgentInactive,
  remoteAgentOfAnotherCampaign,
  remoteAgentOnAllServers,
  remoteExtensionWithHost,
  routingExtensionIsTheDialString,
  sectionSwallowsCarriers,
  shortTalkIsADrop,
  sipAddHeaderOnPjsip,
  statusNotDialable,
  strangerInsteadOfTheAi,
  tlsOnChanSip,
  twoCarriersOneExtension,
  userMayNotRecord,
  userStartIsAName,
  variableOfAnotherName,
  xferWithoutTheAi,
};
