import { z } from "zod";
import { says } from "../../../../core/schema/problems";

/**
 * Statuses whose leads must not be called again by machine: DNC asked not to be called, XFER already talked to the AI,
 * DROP was just abandoned. SigmaMind's guide adds them for testing (docs/facts/guide.md#step-5-list); the hopper then
 * dials them at the next list reset, because it selects by status and consults the DNC lists only where
 * `use_internal_dnc` or `use_campaign_dnc` is on.
 */
export const NEVER_REDIALLED: Readonly<Record<string, string>> = {
  DNC: "these people asked not to be called",
  XFER: "these people already talked to the AI agent",
  DROP: "these people were just abandoned; several jurisdictions forbid calling them again by machine",
};

/** One status of `vicidial_statuses` or `vicidial_campaign_statuses`: 1-6 letters, digits, `_`, `-`. */
export const status = z
  .string()
  .regex(
    /^[A-Za-z0-9_][A-Za-z0-9_-]{0,5}$/,
    says("a status is 1-6 letters, digits, _ or - and does not begin with -", "use one of Admin → System Statuses"),
  );

/** `vicidial_campaigns.dial_statuses` holds 255 characters. */
const WIDTH = 255;

/** The dialable statuses of a campaign, in the order of the column. At most 255 characters when stored. */
export const dialStatuses = z
  .array(status)
  .refine((statuses) => new Set(statuses).size === statuses.length, says("a status is listed twice", "remove one"))
  .refine(
    (statuses) => formatDialStatuses(statuses).length <= WIDTH,
    says(`together longer than the ${WIDTH} characters of vicidial_campaigns.dial_statuses`, "remove some"),
  );

/**
 * The stored form: a space before each status and ` -` at the end. The hopper finds a status in no other form
 * (AST_VDhopper.pl splits at spaces after removing ` -`).
 *
 * @example
 * formatDialStatuses(["NEW", "NA"]); // " NEW NA -"
 */
export function formatDialStatuses(statuses: readonly string[]): string {
  return [...statuses.map((one) => ` ${one}`), " -"].join("");
}

/** The statuses that the hopper would find in `stored`. */
export function parseDialStatuses(stored: string | null): string[] {
  return (stored ?? "")
    .replaceAll(" -", "")
    .split(" ")
    .filter((one) => one !== "");
}
