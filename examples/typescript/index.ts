import * as pulumi from "@pulumi/pulumi";
import { SipEdge, VoiceAiBridge } from "voice-ai-bridges";

const config = new pulumi.Config();

// One account of SigmaMind's edge on every dialler, its certificate verified; two bridges below share it.
const edge = new SipEdge("sigmamind", { caPath: "/etc/ssl/certs" });

/** What differs from city to city. Each gets 20 user ids: room for 5 lines on 4 diallers. */
const cities = [
  { name: "denver", campaignId: "DENVER", routeNumber: "+13035550101", userStart: 7000, agentId: "SPIlVscbB0kkXBvZ" },
  { name: "boise", campaignId: "BOISE", routeNumber: "+12085550102", userStart: 7020, agentId: "c4RqNf0aXb2LmT8w" },
];

const bridges = cities.map(
  ({ name, ...city }) =>
    new VoiceAiBridge(name, {
      ...city,
      edge,
      terminationSipUri: "f111.dialmake.com",
      trunkCredentials: { username: "agency7", password: config.requireSecret("trunkPassword") },
      aiPrefix: "9797",
      customerPrefix: "9797",
      lines: 5,
      dialMethod: "RATIO",
      dialLevel: 1,
      recording: "ALLFORCE",
      amd: { onMachine: { play: "sorry-we-missed-you" }, waitForSilence: "2000,2,30" },
      leadFields: ["first_name", "city"],
      leadService: { host: "127.0.0.1" },
      fallback: { inGroup: "SUPPORT" },
      onDestroy: "pause",
      // The way out where an argument is missing: this agency's admins see only their own carriers.
      transform: { carrier: (carrier) => ({ ...carrier, userGroup: "AGENCY7" }) },
    }),
);

export const remoteExtensions = bridges.map((bridge) => bridge.remoteExtension);
export const agentUsers = bridges.map((bridge) => bridge.agentUsers);
