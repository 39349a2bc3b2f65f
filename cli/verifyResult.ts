import { z } from "zod";
import type { CheckResult } from "./check";
import { type Paint, paint } from "./paint";

const milliseconds = z.int().nonnegative();

/** What `voicebridge verify --json` prints: one object. New fields may come; none goes or changes its meaning. */
export const verifyResultSchema = z.strictObject({
  /** Name of the bridge in the stack. */
  bridge: z.string(),
  /** Name of the stack; absent where the config file does not tell. */
  stack: z.string().optional(),
  /** Config file that declares the bridge. */
  file: z.string(),
  campaignId: z.string(),
  routeNumber: z.string(),
  remoteExtension: z.string(),
  /** Whether the stack is a lab. */
  lab: z.boolean(),
  /** `passed`: exit code 0; `failed`: 1; `unknown`: 2, something could not be checked and nothing failed. */
  verdict: z.enum(["passed", "failed", "unknown"]),
  exitCode: z.union([z.literal(0), z.literal(1), z.literal(2)]),
  /** Epoch milliseconds. */
  startedAt: milliseconds,
  milliseconds,
  /** In the order in which they were made. */
  checks: z.array(
    z.strictObject({
      /** `number`, `agent`, `rows`, `dialplan`, `lines`, `edge`, `call`, `headers`, `carrierLog`, `statuses`, `recordings`. */
      name: z.string(),
      verdict: z.enum(["passed", "failed", "unknown", "skipped"]),
      summary: z.string(),
      /** What was seen, one fact each. */
      evidence: z.array(z.string()),
      /** How to mend it, or what would make the check possible. */
      fix: z.string().optional(),
      /** Epoch milliseconds. */
      startedAt: milliseconds,
      milliseconds,
    }),
  ),
});

export type VerifyResult = z.infer<typeof verifyResultSchema>;

const MARKS = { passed: "✓", failed: "✗", unknown: "?", skipped: "–" } as const;
const COLOURS = { passed: "green", failed: "red", unknown: "yellow", skipped: "gray" } as const;
const plain = paint(false);

/** A check's result for a person: the verdict with its time, then the evidence, then what to do. */
export function checkText(result: CheckResult, colour: Paint = plain): string {
  const { name, verdict, summary, evidence, fix, milliseconds: took } = result;
  return [
    `${colour(COLOURS[verdict], MARKS[verdict])} ${name.padEnd(10)} ${summary}  (${(took / 1000).toFixed(1)} s)`,
    ...evidence.map((line) => `             ${line}`),
    ...(fix === undefined ? [] : [`             → ${sentence(fix)}`]),
  ].join("\n");
}

/** The last line for a person. */
export function closingText(
  { bridge, verdict, checks }: Pick<VerifyResult, "bridge" | "verdict" | "checks">,
  colour: Paint = plain,
): string {
  const named = (which: string) =>
    checks
      .filter((one) => one.verdict === which)
      .map(({ name }) => name)
      .join(", ");
  const left = named("skipped");
  const texts = {
    failed: `Bridge ${bridge} does not work: ${named("failed")}.`,
    unknown: `Bridge ${bridge}: nothing failed, but this could not be checked: ${named("unknown")}.`,
    passed: `Bridge ${bridge} works, as far as it was checked${left === "" ? "" : ` (not: ${left})`}.`,
  };
  return colour(COLOURS[verdict], texts[verdict]);
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
