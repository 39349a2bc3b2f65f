import { VoiceAiBridge } from "voice-ai-bridges";

/** What differs from campaign to campaign. Put yours here: while the list is empty, nothing is made. */
const campaigns: { name: string; campaignId: string; routeNumber: string; agentId: string; userStart: number }[] = [
  // { name: "denver", campaignId: "SIGMA1", routeNumber: "+19895551234", agentId: "SPIlVscbB0kkXBvZ", userStart: 5565 },
];

const bridges = campaigns.map(
  ({ name, ...campaign }) =>
    new VoiceAiBridge(name, { ...campaign, terminationSipUri: "f111.dialmake.com", aiPrefix: "9797", lines: 4 }),
);

export const remoteExtensions = bridges.map((bridge) => bridge.remoteExtension);
