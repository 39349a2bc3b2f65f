import { Refusal, type Refused } from "../../../core/refusal";

/** SigmaMind's own SIP server (docs/facts/sigmamind.md#sip-edge). */
export const SIGMAMIND_EDGE = "28y698lhv2f.sip.livekit.cloud";

export const SIP_STACKS = ["sip", "pjsip"] as const;
/** Asterisk's SIP channel driver: `sip` is chan_sip, `pjsip` is chan_pjsip. `system_settings.allowed_sip_stacks` says what a site runs. */
export type SipStack = (typeof SIP_STACKS)[number];

export const TRANSPORTS = ["udp", "tcp", "tls"] as const;
export type Transport = (typeof TRANSPORTS)[number];

export const CODECS = ["ulaw", "alaw", "g722"] as const;
export type Codec = (typeof CODECS)[number];

/** Carrier protocol (`vicidial_server_carriers.protocol`) of each stack. */
export const PROTOCOL_OF: Readonly<Record<SipStack, "SIP" | "PJSIP">> = { sip: "SIP", pjsip: "PJSIP" };

/** Port of an edge where none is said: what LiveKit listens on (docs/facts/sigmamind.md#sip-edge). */
export const DEFAULT_PORT: Readonly<Record<Transport, number>> = { udp: 5060, tcp: 5060, tls: 5061 };

/** Local port of the edge's own PJSIP transport where none is said: clear of 5060 (chan_sip) and 5061 (PJSIP) of the samples. */
export const DEFAULT_BIND_PORT: Readonly<Record<Transport, number>> = { udp: 5070, tcp: 5072, tls: 5071 };

/**
 * Context of every edge's account. It must not exist: a REFER that no bridge has allowed then ends in 404
 * (docs/facts/asterisk.md#refer).
 */
export const NO_CONTEXT = "aib-none";

/** What an edge's account says. Guide: "SigmaMind SIP Server Details". */
export interface SipEdgeArgs {
  /** Name of the account (chan_sip peer, PJSIP endpoint): a letter, then letters, digits, `_` or `-`, at most 32. Unique per dialler. */
  account: string;
  /** `sip` (chan_sip) or `pjsip`. Decides the carrier's `protocol`. */
  stack: SipStack;
  /** Host name or IPv4 of the edge, without port, user or `sip:`. */
  host: string;
  /** UDP only on chan_sip. */
  transport: Transport;
  /** Port of the edge. Default 5060, with TLS 5061. */
  port?: number;
  /** Encrypt the media (SDES). Meant for TLS; elsewhere the key itself travels in clear, and a warning says so. Default false. */
  srtp?: boolean;
  /** In order of preference. Default ulaw, alaw: what telephony carriers speak, so nothing is transcoded. */
  codecs?: readonly Codec[];
  /** Seconds between OPTIONS probes, 0 = none. With probes, an edge that does not answer them fails each call at once. Default 0. */
  qualifySeconds?: number;
  /** Whether the edge may send REFER. True as soon as one bridge on this edge has `transfer`. Default false: REFER gets 603. */
  allowTransfer?: boolean;
  /** PJSIP: local port of the edge's own transport, one per edge and dialler. Default 5070 (UDP), 5072 (TCP), 5071 (TLS). */
  bindPort?: number;
  /**
   * PJSIP over TLS: folder of trusted CA certificates on the dialler (`/etc/ssl/certs` on Debian and openSUSE). With it the
   * edge's certificate is verified; without it TLS keeps listeners out, but not an impostor. Default none.
   */
  caPath?: string;
}

/** The columns of the carrier row that hold an edge's account and nothing else. */
export interface SipEdgeText {
  protocol: "SIP" | "PJSIP";
  /** For `account_entry`. LF line ends; no `;`, which the admin page would remove. */
  accountEntry: string;
  /** Always empty: an edge takes no REGISTER (LiveKit answers 405). */
  registrationString: "";
  /** What the operator should know before relying on it. */
  warnings: string[];
}

/**
 * Text of an edge's account for `vicidial_server_carriers.account_entry`.
 *
 * @throws Refusal with every rule that the arguments break, e.g. TLS on chan_sip.
 * @example
 * sipEdge({ account: "sigmamind", stack: "pjsip", host: "28y698lhv2f.sip.livekit.cloud", transport: "tls", srtp: true })
 */
export function sipEdge(args: SipEdgeArgs): SipEdgeText {
  const refused = sipEdgeProblems(args);
  if (refused.length > 0) throw new Refusal(...refused);
  const edge = {
    ...args,
    port: args.port ?? DEFAULT_PORT[args.transport],
    bindPort: args.bindPort ?? DEFAULT_BIND_PORT[args.transport],
    srtp: args.srtp ?? false,
    codecs: args.codecs ?? (["ulaw", "alaw"] as const),
    qualifySeconds: args.qualifySeconds ?? 0,
    allowTransfer: args.allowTransfer ?? false,
  };
  return {
    protocol: PROTOCOL_OF[args.stack],
    accountEntry: (args.stack === "sip" ? peerLines(edge) : pjsipLines(edge)).join("\n"),
    registrationString: "",
    warnings: warningsOf(edge),
  };
}

type Edge = Required<Omit<SipEdgeArgs, "caPath">> & Pick<SipEdgeArgs, "caPath">;

const yesNo = (on: boolean) => (on ? "yes" : "no");

function peerLines(edge: Edge): string[] {
  return [
    `[${edge.account}]`,
    "type=peer",
    `host=${edge.host}`,
    `port=${edge.port}`,
    "transport=udp",
    "insecure=port,invite",
    "disallow=all",
    ...edge.codecs.map((codec) => `allow=${codec}`),
    "dtmfmode=rfc2833",
    "directmedia=no",
    `encryption=${yesNo(edge.srtp)}`,
    // Said explicitly: the stock sip.conf probes every peer, and a silent edge would be UNREACHABLE
    // (docs/facts/asterisk.md#qualify).
    edge.qualifySeconds > 0 ? "qualify=yes" : "qualify=no",
    ...(edge.qualifySeconds > 0 ? [`qualifyfreq=${edge.qualifySeconds}`] : []),
    // The stock sip.conf would repeat V-code and customer number in Remote-Party-ID
    // (docs/facts/asterisk.md#remote-party-id).
    "sendrpid=no",
    "trustrpid=no",
    `allowtransfer=${yesNo(edge.allowTransfer)}`,
    `context=${NO_CONTEXT}`,
  ];
}

function pjsipLines(edge: Edge): string[] {
  // Asterisk never changes a loaded transport, and keeps its UDP port bound after the section is gone (seen on 16.28). So
  // what cannot change in place is part of the name, and what may change around the port (the account) is not.
  const verified = edge.caPath === undefined ? "" : "-verified";
  const transport = `transport-aib-${edge.transport}-${edge.bindPort}${verified}`;
  return [
    `[${transport}]`,
    "type=transport",
    `protocol=${edge.transport}`,
    `bind=0.0.0.0:${edge.bindPort}`,
    // Asterisk's own default is TLS 1.0, which today's OpenSSL refuses to speak: "no protocols available", CONGESTION (seen).
    ...(edge.transport === "tls" ? ["method=tlsv1_2"] : []),
    ...(edge.caPath === undefined ? [] : [`ca_list_path=${edge.caPath}`, "verify_server=yes"]),
    `[${edge.account}]`,
    "type=endpoint",
    `transport=${transport}`,
    `context=${NO_CONTEXT}`,
    "disallow=all",
    ...edge.codecs.map((codec) => `allow=${codec}`),
    "dtmf_mode=rfc4733",
    "direct_media=no",
    "rtp_symmetric=yes",
    `media_encryption=${edge.srtp ? "sdes" : "no"}`,
    `from_domain=${edge.host}`,
    `allow_transfer=${yesNo(edge.allowTransfer)}`,
    `aors=${edge.account}`,
    `[${edge.account}]`,
    "type=aor",
    // No `;transport=` here: the endpoint names its transport, and the admin page would remove the `;`.
    `contact=sip:${edge.host}:${edge.port}`,
    `qualify_frequency=${edge.qualifySeconds}`,
    `[${edge.account}]`,
    "type=identify",
    `endpoint=${edge.account}`,
    `match=${edge.host}`,
  ];
}

function warningsOf(edge: Edge): string[] {
  const clear = `calls to ${edge.host} are not encrypted (transport ${edge.transport}, srtp ${yesNo(edge.srtp)})`;
  if (edge.srtp && edge.transport !== "tls") {
    return [`the SRTP key of calls to ${edge.host} travels in clear over ${edge.transport}: use TLS`];
  }
  return edge.srtp ? [] : [clear];
}

/**
 * What an operator must do once for an account, or `undefined`. Asterisk looks up host names only for the transports that it
 * knew when it started (res_pjsip's resolver, seen on 16.28), and VICIdial's own pjsip.conf has no TCP and no TLS. Until a
 * restart each call fails at once, with CONGESTION/34 and not a word in the log.
 */
export function restartAdvice(accountEntry: string): string | undefined {
  const transport = /^protocol=(tcp|tls)$/m.exec(accountEntry)?.[1];
  const host = /^contact=sip:([^:;>\s]+)/m.exec(accountEntry)?.[1];
  if (transport === undefined || host === undefined || /^[\d.]+$/.test(host)) return undefined;
  return (
    `Asterisk looks up host names over ${transport.toUpperCase()} only if it had such a transport when it started: on diallers where this is the first, ` +
    `calls to ${host} fail with CONGESTION until \`asterisk -rx "core restart when convenient"\` has run there once.`
  );
}

/** Every rule that an edge's arguments break; empty when {@link sipEdge} would accept them. */
export function sipEdgeProblems(args: SipEdgeArgs): Refused[] {
  return [
    accountProblem("account", args.account),
    hostProblem("host", args.host),
    transportProblem(args),
    rangeProblem("port", args.port, 1, 65535),
    rangeProblem("bindPort", args.bindPort, 1024, 65535),
    rangeProblem("qualifySeconds", args.qualifySeconds, 0, 3600),
    codecProblem(args.codecs),
    caPathProblem(args),
  ].filter((problem) => problem !== undefined);
}

/** The rule that an account's name breaks, if any. `general` and `authentication` are sections of sip.conf itself. */
export function accountProblem(field: string, account: string): Refused | undefined {
  const taken = ["general", "authentication", "global", "system"].includes(account);
  if (!taken && /^[A-Za-z][A-Za-z0-9_-]{0,31}$/.test(account)) return undefined;
  return {
    field,
    value: account,
    rule: taken
      ? "Asterisk gives this section name another meaning"
      : "an account name is a letter, then at most 31 letters, digits, `_` or `-`",
    fix: 'choose a name like "sigmamind"',
  };
}

/** The rule that a host breaks, if any. */
export function hostProblem(field: string, host: string): Refused | undefined {
  const label = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
  if (host.length <= 253 && new RegExp(`^${label}(?:\\.${label})*$`).test(host)) return undefined;
  return {
    field,
    value: host,
    rule: "is not a host name or IPv4 address (without user, port or `sip:`)",
    fix: `write it as "${SIGMAMIND_EDGE}"`,
  };
}

function transportProblem({ stack, transport }: SipEdgeArgs): Refused | undefined {
  if (stack === "pjsip" || transport === "udp") return undefined;
  return {
    field: "transport",
    value: transport,
    rule: `chan_sip does ${transport.toUpperCase()} only where sip.conf enables it, which no carrier row can; otherwise it silently uses UDP, with an SRTP key in clear`,
    fix: 'use stack "pjsip" (it does all three from the carrier row), or transport "udp"',
  };
}

/** The rule that a whole number breaks, if any; `undefined` means "not given". */
export function rangeProblem(field: string, value: number | undefined, min: number, max: number): Refused | undefined {
  if (value === undefined || (Number.isInteger(value) && value >= min && value <= max)) return undefined;
  return { field, value, rule: `is not a whole number from ${min} to ${max}`, fix: "choose one in that range" };
}

function codecProblem(codecs: readonly string[] | undefined): Refused | undefined {
  if (codecs === undefined) return undefined;
  const known = codecs.length > 0 && codecs.every((codec) => (CODECS as readonly string[]).includes(codec));
  if (known && new Set(codecs).size === codecs.length) return undefined;
  return {
    field: "codecs",
    value: codecs,
    rule: `codecs are one or more of ${CODECS.join(", ")}, each once`,
    fix: "leave it out for ulaw, alaw",
  };
}

function caPathProblem({ caPath, stack, transport }: SipEdgeArgs): Refused | undefined {
  if (caPath === undefined) return undefined;
  if (stack !== "pjsip" || transport !== "tls") {
    return { field: "caPath", value: caPath, rule: "only PJSIP over TLS verifies a certificate", fix: "leave it out" };
  }
  if (/^\/[A-Za-z0-9._/-]{1,120}$/.test(caPath)) return undefined;
  return {
    field: "caPath",
    value: caPath,
    rule: "is not an absolute folder on the dialler",
    fix: 'write it as "/etc/ssl/certs"',
  };
}
