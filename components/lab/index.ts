/**
 * The lab: a throw-away call centre in Docker. It stands apart from the library's main entry because it loads
 * `@pulumi/docker`, which a production stack has no use for.
 */
import "./dockerPackage";

export { labFromConfig } from "./fromConfig";
export { type LabCalls, type LabDatabase, type LabSigmaMind, TestLab, type TestLabArgs } from "./TestLab";
