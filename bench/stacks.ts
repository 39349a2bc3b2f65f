import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { asOperators } from "../test/kit/quicker";
import { TestStack } from "../test/kit/stack";
import { seconds } from "./measure";

/** What one stack took, in seconds, and what it left. */
export interface StackTimes {
  up: number;
  secondUp: number;
  destroy: number;
  /** Bytes of the state file after `up`. */
  stateBytes: number;
  /** Dynamic resources in the stack. */
  resources: number;
}

/** Runs `bench/programs/<program>.js` with `input` through its life: up, an up that changes nothing, destroy. */
export async function lifeOf(
  program: "bridges" | "floor",
  input: unknown,
  env: Record<string, string>,
): Promise<StackTimes> {
  const stack = await TestStack.create({ env: { ...env, ...asOperators } });
  try {
    copyFileSync(join(__dirname, "programs", `${program}.js`), join(stack.folder, "index.js"));
    writeFileSync(join(stack.folder, "bench.json"), JSON.stringify(input));
    const up = await seconds(() => stack.up());
    const state = await stack.stateText();
    const secondUp = await seconds(() =>
      stack.run(["up", "--yes", "--skip-preview", "--suppress-progress", "--suppress-outputs", "--expect-no-changes"]),
    );
    const destroy = await seconds(() => stack.destroy());
    return { up, secondUp, destroy, stateBytes: state.length, resources: count(state) };
  } finally {
    await stack.remove();
  }
}

function count(state: string): number {
  return state.match(/"type": "pulumi-nodejs:dynamic\//g)?.length ?? 0;
}
