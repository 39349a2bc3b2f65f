import * as pulumi from "@pulumi/pulumi";
import { bridgesFromConfig } from "voice-ai-bridges";

/** What the stack's config asks for. The object that comes back holds the stack's outputs. */
export = async (): Promise<Record<string, unknown>> => {
  // A throw-away call centre, where the stack asks for one. Only then it is loaded: it needs @pulumi/docker.
  const wanted = new pulumi.Config("voice-ai-bridges").getBoolean("lab") === true;
  const lab = wanted ? (await import("voice-ai-bridges/lab")).labFromConfig() : undefined;

  // One bridge for each entry of `voice-ai-bridges:bridges`, once the lab is up.
  const bridges = bridgesFromConfig({ dependsOn: lab ? [lab] : [] });
  return { bridges, ...lab?.outputs() };
};
