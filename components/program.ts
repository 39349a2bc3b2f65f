import * as pulumi from "@pulumi/pulumi";
import { Refusal } from "../core/refusal";
import { type PlanContext, planContext } from "./plan/context";
import type { SipEdge } from "./SipEdge";
import type { NamedPlan } from "./plan/stackPlan";

/** Namespace of this library's stack config: `voice-ai-bridges:bridges`, `voice-ai-bridges:lab` … */
export const NAMESPACE = "voice-ai-bridges";

/** What the bridges of one program have in common. */
interface Program {
  /** Planned so far, to find what two of them both claim. */
  bridges: NamedPlan[];
  /** Made so far, by carrier id: bridges with the same edge share its account. */
  edges: Map<string, SipEdge>;
}

const programs = new WeakMap<object, Program>();

/** The running program. One process runs one, but a test runs several one after the other, each with an engine of its own. */
export function thisProgram(): Program {
  const engine = pulumi.runtime.getMonitor();
  const known = engine && programs.get(engine);
  if (known !== undefined) return known;
  const program: Program = { bridges: [], edges: new Map() };
  if (engine !== undefined) programs.set(engine, program);
  return program;
}

/** What the stack's config says about its diallers, and whether it is a lab. */
export function contextFromConfig(): PlanContext {
  const lab = new pulumi.Config(NAMESPACE).getBoolean("lab");
  return told(() => planContext({ lab, sipStacks: new pulumi.Config("vicidial").get("sipStacks") }));
}

/** An operator's mistake is shown without a stack trace. */
export function told<T>(work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw thrown instanceof Refusal ? new pulumi.RunError(thrown.message) : thrown;
  }
}
