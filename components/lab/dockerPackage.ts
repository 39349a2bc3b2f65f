import * as pulumi from "@pulumi/pulumi";

/**
 * Only the lab needs `@pulumi/docker`, so installing this package does not bring it. Imported before what uses it, so that the
 * error names the fix and not a line of ours.
 */
try {
  require.resolve("@pulumi/docker");
} catch {
  throw new pulumi.RunError(
    "The lab runs in Docker and needs the package @pulumi/docker, which is not installed: `npm install @pulumi/docker@5`.",
  );
}
