import type * as pulumi from "@pulumi/pulumi";

/**
 * Changes a child before it is made: arguments to set, or a function that returns the arguments to use and may set options
 * (`protect`, `aliases`, `retainOnDelete` …).
 *
 * @example { userGroup: "AGENCY7" }
 * @example (carrier, opts) => { opts.protect = true; return carrier; }
 */
export type Transform<Args> = Partial<Args> | ((args: Args, opts: pulumi.CustomResourceOptions) => Args);

/** Arguments and options of a child, as its transform leaves them. */
export function transformed<Args extends object>(
  transform: Transform<Args> | undefined,
  args: Args,
  opts: pulumi.CustomResourceOptions,
): [args: Args, opts: pulumi.CustomResourceOptions] {
  const own = { ...opts };
  return [typeof transform === "function" ? transform(args, own) : { ...args, ...transform }, own];
}
