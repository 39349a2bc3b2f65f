/** Voice AI bridges as code: VICIdial campaigns joined to SigmaMind voice agents. */
export type { BridgeDeclaration } from "./bridgeSchema";
export type { EdgeDeclaration } from "./edgeSchema";
export * from "./resources";
export { SipEdge, type SipEdgeArgs } from "./SipEdge";
export { type BridgeSummary, bridgesFromConfig } from "./stack";
export { type AgentUsersOnDialler, type BridgeTransform, VoiceAiBridge, type VoiceAiBridgeArgs } from "./VoiceAiBridge";
