import { messageOf } from "../core/refusal";

/**
 * What a check came to. `unknown`: it could not be made, which is neither good nor bad. `skipped`: nobody asked for it.
 */
export type Verdict = "passed" | "failed" | "unknown" | "skipped";

/** What a check found. */
export interface Finding {
  verdict: Verdict;
  /** One sentence. */
  summary: string;
  /** What was seen, one fact per line. */
  evidence: string[];
  /** What to do: how to mend a failure, or what would make the check possible. */
  fix?: string;
}

/** A finding with its place in the run. */
export interface CheckResult extends Finding {
  name: string;
  /** When it began, epoch milliseconds. */
  startedAt: number;
  milliseconds: number;
}

/** One question about a subject. A check only reads, unless its own comment says otherwise. */
export interface Check<Subject> {
  /** Short, stable name: `rows`, `lines`. */
  name: string;
  /** What it asks, for the progress line. */
  question: string;
  run(subject: Subject, before: readonly CheckResult[]): Promise<Finding>;
}

/**
 * Makes the checks one after the other. One that throws could not be made: a refused connection says nothing about the
 * bridge.
 */
export async function runChecks<Subject>(
  checks: readonly Check<Subject>[],
  subject: Subject,
  on: { start?: (check: Check<Subject>) => void; end?: (result: CheckResult) => void } = {},
): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of checks) {
    on.start?.(check);
    const startedAt = Date.now();
    const finding = await check.run(subject, results).catch(unmade);
    const result = { name: check.name, startedAt, milliseconds: Date.now() - startedAt, ...finding };
    results.push(result);
    on.end?.(result);
  }
  return results;
}

/** 1 where anything failed, 2 where anything could not be checked, else 0. */
export function exitCodeOf(results: readonly Pick<CheckResult, "verdict">[]): 0 | 1 | 2 {
  if (results.some(({ verdict }) => verdict === "failed")) return 1;
  return results.some(({ verdict }) => verdict === "unknown") ? 2 : 0;
}

export function passed(summary: string, evidence: string[] = []): Finding {
  return { verdict: "passed", summary, evidence };
}

export function failed(summary: string, evidence: string[], fix: string): Finding {
  return { verdict: "failed", summary, evidence, fix };
}

/** @param fix what would make the check possible. */
export function unknown(summary: string, evidence: string[], fix: string): Finding {
  return { verdict: "unknown", summary, evidence, fix };
}

export function skipped(summary: string, fix?: string): Finding {
  return { verdict: "skipped", summary, evidence: [], ...(fix !== undefined && { fix }) };
}

/** Several findings of one check as one: the worst verdict, all evidence. */
export function together(findings: readonly Finding[], good: string): Finding {
  const order: readonly Verdict[] = ["failed", "unknown", "passed", "skipped"];
  const worst = order.find((verdict) => findings.some((one) => one.verdict === verdict)) ?? "passed";
  const evidence = findings.flatMap((one) => one.evidence);
  if (worst === "passed") return passed(good, evidence);
  const named = findings.filter(({ verdict }) => verdict === worst);
  const fixes = [...new Set(named.flatMap(({ fix }) => (fix === undefined ? [] : [fix])))];
  return {
    verdict: worst,
    summary: named.map(({ summary }) => summary).join("; "),
    evidence,
    ...(fixes.length > 0 && { fix: fixes.join("; ") }),
  };
}

function unmade(thrown: unknown): Finding {
  return unknown(messageOf(thrown), [], "mend what the message names, and run it again");
}
