/** Agent users and remote agents; what is cut how: cutThroughCli.ts. */
import { cutThroughCli } from "./cutThroughCli";

cutThroughCli("AgentUsers", "AgentUsers, fewer lines", "RemoteAgent", "RemoteAgents");
