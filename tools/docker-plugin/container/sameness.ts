import { parseDuration } from "../duration";
import { isEmpty, isValues } from "../values";
import type { Value, Values } from "../values";

const listOf = (value: Value | undefined): Value[] => (Array.isArray(value) ? value : []);
const textsOf = (value: Value | undefined): string[] => listOf(value).filter((item) => typeof item === "string");

/** Same published ports in any order. An external port that the program left to the daemon is no difference. */
export function samePorts(wanted: Value, live: Value): boolean {
  const [left, right] = [listOf(wanted).filter(isValues), listOf(live).filter(isValues)];
  if (left.length !== right.length) return false;
  const taken = new Set<Values>();
  return left.every((port) => {
    const match = right.find((other) => !taken.has(other) && samePort(port, other));
    if (match !== undefined) taken.add(match);
    return match !== undefined;
  });
}

function samePort(wanted: Values, live: Values): boolean {
  return (
    wanted["internal"] === live["internal"] &&
    (wanted["protocol"] ?? "tcp") === (live["protocol"] ?? "tcp") &&
    (wanted["ip"] || "0.0.0.0") === (live["ip"] || "0.0.0.0") &&
    (isEmpty(wanted["external"]) || wanted["external"] === live["external"])
  );
}

/** Same health check; durations are compared by length, so that `60s` is `1m0s`. */
export function sameHealthcheck(wanted: Value, live: Value): boolean {
  return JSON.stringify(normalHealthcheck(wanted)) === JSON.stringify(normalHealthcheck(live));
}

function normalHealthcheck(value: Value): unknown[] {
  const check = isValues(value) ? value : {};
  const length = (key: string): number => {
    const text = check[key];
    return typeof text === "string" ? (parseDuration(text) ?? 0) : 0;
  };
  const durations = ["interval", "timeout", "startPeriod", "startInterval"].map(length);
  return [listOf(check["tests"]), check["retries"] ?? 0, ...durations];
}

/** Same capabilities, whether written `NET_ADMIN` or `CAP_NET_ADMIN` (as the daemon answers). */
export function sameCapabilities(wanted: Value, live: Value): boolean {
  const normal = (value: Value, key: string): string =>
    textsOf(isValues(value) ? value[key] : undefined)
      .map((name) => name.replace(/^CAP_/, ""))
      .sort()
      .join(" ");
  return ["adds", "drops"].every((key) => normal(wanted, key) === normal(live, key));
}
