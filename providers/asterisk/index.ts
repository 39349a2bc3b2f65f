/** Asterisk's side of a bridge: dial strings, dialplan texts and SIP accounts. Pure: text in, text out. */
export { accountConflicts, accountSections, type CarrierAccount } from "./resolution/accounts";
export { aiCarrier, CALL_LOG, DEFAULT_RING_TIMEOUT, type AiCarrierText } from "./text/aiCarrier";
export {
  aiCarrierProblems,
  type AiCarrierArgs,
  type Fallback,
  type LeadService,
  type Transfer,
} from "./text/aiCarrierArgs";
export { carrierConflicts } from "./resolution/conflicts";
export { Dialplan, type LoadedExtension } from "./resolution/dialplan";
export { CARRIER_CONTEXT } from "./text/dialplanText";
export {
  HEADER_CHARACTERS,
  HEADER_VALUE_LENGTH,
  headersOf,
  LEAD_COLUMNS,
  LEAD_FOUND,
  leadVariable,
  TRANSFER_STATUS_HEADER,
  type Header,
  type LeadColumn,
  type LeadFields,
} from "./text/headers";
export { DEFAULT_LEAD_PORT } from "./text/leadSection";
export { DEFAULT_PATTERNS, diallerPatterns, EXTERNAL_PATTERNS, INTERNAL_PATTERNS } from "./resolution/knownPatterns";
export { dialOptions, lintCarrier } from "./resolution/lint";
export { parseDialplan, type DialplanLine, type ParsedDialplan } from "./resolution/parse";
export { covers, matches, parsePattern, type Pattern } from "./resolution/pattern";
export {
  digitsOf,
  numberProblem,
  prefixProblem,
  REMOTE_EXTENSION_LENGTH,
  remoteExtension,
  remoteExtensionProblems,
  typedExtensionProblem,
} from "./text/remoteExtension";
export {
  diallerDialplan,
  GENERATED_PROTOCOLS,
  nameOf,
  resolve,
  type CarrierDialplan,
  type CustomDialplan,
  type DiallerSources,
  type Match,
  type Owner,
  type PhoneDialplan,
  type Resolution,
} from "./resolution/resolve";
export {
  accountProblem,
  CODECS,
  DEFAULT_BIND_PORT,
  DEFAULT_PORT,
  hostProblem,
  NO_CONTEXT,
  PROTOCOL_OF,
  restartAdvice,
  SIP_STACKS,
  SIGMAMIND_EDGE,
  sipEdge,
  sipEdgeProblems,
  TRANSPORTS,
  type Codec,
  type SipEdgeArgs,
  type SipEdgeText,
  type SipStack,
  type Transport,
} from "./text/sipEdge";
export { compareSpecificity, sameExtension } from "./resolution/specificity";
