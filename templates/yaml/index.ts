import { bridgesFromConfig } from "voice-ai-bridges";

// Nothing to edit here: it makes one bridge for each entry of `voice-ai-bridges:bridges` in Pulumi.<stack>.yaml.
export const bridges = bridgesFromConfig();
