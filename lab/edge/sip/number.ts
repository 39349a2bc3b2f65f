/**
 * A called number as LiveKit compares it: spaces, dashes and brackets away, a missing `+` added
 * (docs/facts/livekit.md#number). What is no number (a name, say) stays as it is and matches nothing.
 *
 * @example
 * normaliseNumber("1 (989) 555-1234") === "+19895551234"
 * normaliseNumber("979719895551234") === "+979719895551234" // the AI prefix left in place matches no route number
 */
export function normaliseNumber(user: string): string {
  if (!/^\+?[\d\s()-]+$/.test(user)) return user;
  const digits = user.replace(/[\s()-]/g, "");
  return digits === "" || digits.startsWith("+") ? digits : `+${digits}`;
}
