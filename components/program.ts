import * as pulumi from "@pulumi/pulumi";
import { Refusal } from "../core/refusal";
import { NAMESPACE, type PlanContext, planContext } from "./plan/context";

/**
 * Something that one program has once. One process runs one program, but a test runs several one after the other, each with
 * an engine of its own.
 */
export function perProgram<T>(make: () => T): () => T {
  const made = new WeakMap<object, T>();
  return () => {
    const engine = pulumi.runtime.getMonitor();
    const known = engine && made.get(engine);
    if (known !== undefined) return known;
    const fresh = make();
    if (engine !== undefined) made.set(engine, fresh);
    return fresh;
  };
}

/** What the stack's config says about its diallers, and whether it is a lab. */
export function contextFromConfig(): PlanContext {
  const lab = new pulumi.Config(NAMESPACE).getBoolean("lab");
  return told(() => planContext({ lab, sipStacks: new pulumi.Config("vicidial").get("sipStacks") }));
}

/** An operator's mistake is shown without a stack trace: beside `resource`, or for the whole program. */
export function told<T>(work: () => T, resource?: pulumi.Resource): T {
  try {
    return work();
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    throw resource === undefined
      ? new pulumi.RunError(thrown.message)
      : new pulumi.ResourceError(thrown.message, resource, true);
  }
}
