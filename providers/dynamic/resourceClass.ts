import * as pulumi from "@pulumi/pulumi";
import { requireReach } from "./reach";
import type { Resource } from "./resource";
import { inputNames } from "../../core/schema/shape";
import { shim } from "./engine/shim";
import { shorterTraces } from "./traces";

/** A value that may hold outputs of other resources, at any depth. */
type Declarable<T> = pulumi.Input<
  T extends string | number | boolean | null | undefined
    ? T
    : T extends readonly (infer Item)[]
      ? Declarable<Item>[]
      : { [Key in keyof T]: Declarable<T[Key]> }
>;

/** The arguments of a resource: what its schema accepts, before normalisation and defaults. */
type Args<Declared> = { [Key in keyof Declared]: Declarable<Declared[Key]> };

/** The outputs of a resource: every input as it was applied, and what the resource computed. */
type Outputs<Wanted, Computed> = {
  readonly [Key in keyof (Wanted & Computed)]: pulumi.Output<(Wanted & Computed)[Key]>;
};

/** A Pulumi class of one kind. */
export type ResourceClass<Wanted, Computed, Declared> = new (
  name: string,
  args: Args<Declared>,
  opts?: pulumi.CustomResourceOptions,
) => pulumi.CustomResource & Outputs<Wanted, Computed>;

/** The type of a class's arguments, to export beside it. */
export type ArgsOf<Class extends abstract new (name: string, args: never, opts?: never) => unknown> =
  ConstructorParameters<Class>[1];

/**
 * The Pulumi class of a resource definition: typed arguments and outputs, secrets marked, one shim for all its instances.
 *
 * @example
 * export class VicidialRemoteAgent extends resourceClass(remoteAgent) {}
 * new VicidialRemoteAgent("denver", { serverIp: "10.0.0.103", userStart: 5565, … });
 */
export function resourceClass<Wanted extends object, Computed extends object, System, Declared>(
  definition: Resource<Wanted, Computed, System, Declared>,
): ResourceClass<Wanted, Computed, Declared> {
  const provider = shim(definition.kind);
  const [module, type] = definition.kind.split(":");
  const names = [...inputNames(definition.schema), ...Object.keys(definition.memory.shape)];

  class Managed extends pulumi.dynamic.Resource {
    constructor(name: string, args: pulumi.Inputs, opts?: pulumi.CustomResourceOptions) {
      const secret = { additionalSecretOutputs: [...definition.secrets] };
      requireReach();
      const end = shorterTraces();
      try {
        super(provider, name, propertiesOf(args), pulumi.mergeOptions(opts, secret), module, type);
      } finally {
        end();
      }
    }
  }

  // A property that is not listed here would not become an output of the instance.
  function propertiesOf(args: pulumi.Inputs): pulumi.Inputs {
    const properties: pulumi.Inputs = Object.fromEntries(names.map((name) => [name, undefined]));
    for (const [name, value] of Object.entries(args) as [string, pulumi.Input<unknown>][]) {
      properties[name] = value !== undefined && definition.secrets.includes(name) ? pulumi.secret(value) : value;
    }
    return properties;
  }

  return Managed as unknown as ResourceClass<Wanted, Computed, Declared>;
}
