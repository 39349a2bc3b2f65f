import type { Shape } from "./shape";

/** `labels: [{label, value}]`, as every resource of the plugin has them. */
export const labelShape = {
  label: { type: "string", required: true },
  value: { type: "string", required: true },
} satisfies Shape;

export function labelsToMap(
  labels: readonly { label: string; value: string }[] | null | undefined,
): Record<string, string> {
  return Object.fromEntries((labels ?? []).map(({ label, value }) => [label, value]));
}

/** Sorted by label, as the official plugin shows them; null where there are none. */
export function labelsFromMap(labels: Readonly<Record<string, string>> | null | undefined) {
  const entries = Object.entries(labels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? null : entries.map(([label, value]) => ({ label, value }));
}
