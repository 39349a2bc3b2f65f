import { numberOf } from "../perl";

/**
 * Columns of `servers` that the dialling program keeps: version and routing prefix as they were at its start
 * (docs/facts/vicidial.md#routing-prefix).
 */
export interface DiallingServer {
  ip: string;
  asteriskVersion: string;
  /** `routing_prefix`, 13 unless somebody changed it. */
  routingPrefix: string;
  extContext: string;
  answerTransferAgent: string;
  maxTrunks: number;
}

/** Columns of `vicidial_campaigns` that make the call. */
export interface CampaignDialling {
  dialPrefix: string;
  omitPhoneCode: boolean;
  routingExtension: string;
  dialTimeout: number;
  callerId: string;
  /** `use_custom_cid` = Y: the lead's security phrase. */
  customCallerId: boolean;
}

/** Columns of `vicidial_lists` that override the campaign's. */
export interface ListDialling {
  dialPrefix: string;
  callerId: string;
}

export interface Dialled {
  phoneCode: string;
  phoneNumber: string;
  securityPhrase: string;
}

/**
 * `V` + 9 figures of the time (the month's first figure falls off) + the lead id, padded to 10: 20 characters by which
 * every program knows the call. `date` is `YYYY-MM-DD hh:mm:ss`.
 */
export function vCode(date: string, leadId: number): string {
  const figures = date.replaceAll(/\D/g, "").slice(4);
  return `V${figures.slice(-9)}${String(leadId).padStart(10, "0").slice(0, 10)}`;
}

/**
 * The list's prefix before the campaign's before `9`; one that contains an x means none
 * (docs/facts/vicidial.md#originate).
 */
export function dialPrefix(campaign: string, list: string): string {
  const prefix = list !== "" ? list : campaign !== "" ? campaign : "9";
  return /x/i.test(prefix) ? "" : prefix;
}

/**
 * What is dialled in the server's context. A blank phone code shortens it silently (docs/facts/vicidial.md#originate).
 */
export function dialString(campaign: CampaignDialling, list: ListDialling, lead: Dialled): string {
  const code = campaign.omitPhoneCode ? "" : lead.phoneCode;
  return `${dialPrefix(campaign.dialPrefix, list.dialPrefix)}${code}${lead.phoneNumber}`;
}

/** The caller id of a call; one of 6 characters or fewer is no caller id. The list's wins over everything. */
export function callerIdOf(campaign: CampaignDialling, list: ListDialling, lead: Dialled): string | undefined {
  const counts = (id: string): boolean => id.length > 6;
  if (counts(list.callerId)) return list.callerId;
  const custom = campaign.customCallerId ? lead.securityPhrase.replaceAll(/\D/g, "") : "";
  if (counts(custom)) return custom;
  return counts(campaign.callerId) ? campaign.callerId : undefined;
}

/** Minor version as VICIdial sees it: of `16.28.0` that is 16, of `1.4.21.2` it is 4. */
export function minorVersion(asteriskVersion: string): number {
  const parts = (asteriskVersion.split("-")[0] ?? "").split(".");
  return numberOf(parts[0]) > 1 ? numberOf(parts[0]) : numberOf(parts[1]);
}

/**
 * Where the answered call goes: the campaign's routing extension, from Asterisk 12 on with the routing prefix in front,
 * for which the dialplan has an entry only where the extension is one of VICIdial's
 * (docs/facts/vicidial.md#routing-prefix).
 */
export function routingExtension(server: DiallingServer, campaign: CampaignDialling): string {
  const extension = campaign.routingExtension !== "" ? campaign.routingExtension : server.answerTransferAgent;
  return minorVersion(server.asteriskVersion) > 11 ? `${server.routingPrefix}${extension}` : extension;
}

/** Milliseconds that the call may ring; 4 s or less count as not set. */
export function ringTime(campaign: CampaignDialling): number {
  return (campaign.dialTimeout > 4 ? campaign.dialTimeout : 60) * 1000;
}

/** The next value of `called_since_last_reset`: N, Y, Y1, Y2 … */
export function calledAgain(before: string): string {
  if (!before.startsWith("Y")) return "Y";
  return before === "Y" ? "Y1" : `Y${numberOf(before.slice(1)) + 1}`;
}

/** Milliseconds between two calls: `outbound_calls_per_second` up to 200. */
export function pauseBetweenCalls(callsPerSecond: number): number {
  return callsPerSecond > 0 && callsPerSecond < 201 ? 1000 / callsPerSecond : 25;
}
