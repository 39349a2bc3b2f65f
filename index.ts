import { bridgesFromConfig, labFromConfig } from "voice-ai-bridges";

// A throw-away call centre, where the stack asks for one: database and SigmaMind simulator in Docker.
const lab = labFromConfig();

// One bridge for each entry of `voice-ai-bridges:bridges`, once the lab is up.
export const bridges = bridgesFromConfig({ dependsOn: lab ? [lab] : [] });

// How to reach the lab.
export const database = lab?.database;
export const sigmamind = lab?.sigmamind;
export const calls = lab?.calls;
