/** Asterisk's side of a bridge: dial strings, dialplan texts and SIP accounts. Pure: text in, text out. */
export * from "./aiCarrier";
export * from "./headers";
export * from "./remoteExtension";
export * from "./sipEdge";
