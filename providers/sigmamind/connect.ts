import type { Settings } from "../dynamic/resource";
import { Refusal } from "../../core/refusal";
import { sigmaMindClient, type SigmaMind } from "./api/client";
import { isLoopback } from "./api/http";

/** SigmaMind's own address (docs/facts/sigmamind.md#address-and-key). */
const PRODUCTION_URL = "https://api.sigmamind.ai";
export const sigmamindSettingKeys: readonly string[] = ["sigmamind:apiKey", "sigmamind:baseUrl"];

/**
 * The SigmaMind workspace of the settings. Share one client between all who work on it: the limit on requests is its own.
 *
 * | setting | environment | meaning | default |
 * |---|---|---|---|
 * | `sigmamind:apiKey` | `SIGMAMIND_API_KEY` | production API key (dashboard → API Keys), secret | required |
 * | `sigmamind:baseUrl` | `SIGMAMIND_BASE_URL` | where the API is; plain http only on this machine | {@link PRODUCTION_URL} |
 *
 * @example
 * const sigmamind = connectSigmaMind(settings);
 * await sigmamind.numbers.find("+19895551234");
 */
export function connectSigmaMind(
  settings: Settings,
  report: (line: string) => void = (line) => void process.stderr.write(`${line}\n`),
): SigmaMind {
  return sigmaMindClient({
    apiKey: requiredKey(settings.get("sigmamind:apiKey")),
    baseUrl: checkedUrl(settings.get("sigmamind:baseUrl") ?? PRODUCTION_URL),
    report: onceEach(report),
  });
}

/** Fifty bridges may share an agent; what there is to say about it is said once. */
function onceEach(report: (line: string) => void): (line: string) => void {
  const said = new Set<string>();
  return (line) => {
    if (said.has(line)) return;
    said.add(line);
    report(line);
  };
}

function requiredKey(given: string | undefined): string {
  const key = given?.trim() ?? "";
  const fix =
    "set SIGMAMIND_API_KEY, or run `pulumi config set --secret sigmamind:apiKey` (SigmaMind dashboard → API Keys, " +
    "production API key)";
  if (key === "") throw new Refusal({ field: "sigmamind:apiKey", rule: "the SigmaMind API key is missing", fix });
  // What cannot be in an HTTP header was pasted with something around it.
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new Refusal({ field: "sigmamind:apiKey", rule: "has a space or a character that no API key has", fix });
  }
  return key;
}

/** The key travels in a header, so a plain connection is for this machine only. */
function checkedUrl(given: string): string {
  const refuse = (rule: string, fix: string, value?: string): Refusal =>
    new Refusal({ field: "sigmamind:baseUrl", value, rule, fix });
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol)) {
    throw refuse("is no web address", `leave it out for ${PRODUCTION_URL}`, given);
  }
  if (url.username !== "" || url.password !== "") {
    throw refuse("has a user or a password in it", "leave them out: the API key is all that SigmaMind asks for");
  }
  if (url.search !== "" || url.hash !== "") throw refuse("has a query or a fragment", "leave it out", given);
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    throw refuse("would send the API key unencrypted", "use https:// (http:// is for this machine only)", given);
  }
  // People paste the address with the version that every path has anyway.
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "").replace(/\/v1$/, "");
}
