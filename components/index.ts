/** Voice AI bridges as code: VICIdial campaigns joined to SigmaMind voice agents. */
export type { BridgeDeclaration } from "./plan/bridgeSchema";
export type { EdgeDeclaration } from "./plan/edgeSchema";
export * from "./resources";
export { SipEdge, type SipEdgeArgs } from "./SipEdge";
export { type BridgeSummary, bridgesFromConfig } from "./fromConfig";
export { type AgentUsersOnDialler, type BridgeTransform, VoiceAiBridge, type VoiceAiBridgeArgs } from "./VoiceAiBridge";
