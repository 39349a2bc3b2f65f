import * as pulumi from "@pulumi/pulumi";
import { Refusal } from "../../core/refusal";
import { labSettings } from "./settings";
import { NAMESPACE } from "../plan/context";
import { contextFromConfig, told } from "../program";
import { TestLab } from "./TestLab";

/**
 * The lab, where the stack config says `voice-ai-bridges:lab: true`; its ports and passwords come from the environment that
 * `npm start` sets, or from `lab:*` config (see {@link labSettings}).
 */
export function labFromConfig(): TestLab | undefined {
  return told(() => {
    if (!contextFromConfig().lab) return undefined;
    const settings = labSettings(process.env, new pulumi.Config("lab"));
    if (settings !== undefined) return new TestLab("lab", settings);
    throw new Refusal({
      field: `${NAMESPACE}:lab`,
      value: true,
      rule: "a lab needs ports and passwords, which neither the environment (VOICEBRIDGE_LAB_*) nor the config (lab:*) has",
      fix: "start it with `npm start`, run Pulumi as `npm run pulumi -- up`, or set them",
    });
  });
}
