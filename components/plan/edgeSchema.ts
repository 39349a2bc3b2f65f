import { z } from "zod";
import { CODECS, SIGMAMIND_EDGE, SIP_STACKS, TRANSPORTS } from "../../providers/asterisk";

// As in bridgeSchema.ts, the comments are the documentation of the arguments.

export const seconds = (min: number, max: number) => z.int().min(min).max(max);

/** The SIP server of the AI platform, and how diallers speak to it. */
export const edgeSchema = z.strictObject({
  /**
   * Host name or IPv4, without port, user or `sip:`.
   * @default "28y698lhv2f.sip.livekit.cloud"
   */
  host: z.string().default(SIGMAMIND_EDGE),
  /**
   * Name of the account on the diallers: a letter, then letters, digits, `_` or `-`.
   * @default "sigmamind"
   */
  account: z.string().default("sigmamind"),
  /**
   * Asterisk's SIP driver: `pjsip`, or `sip` (chan_sip: UDP only).
   * @default what the stack config `vicidial:sipStacks` says the diallers have, `pjsip` first
   */
  stack: z.enum(SIP_STACKS).optional(),
  /**
   * `tls`, `tcp` or `udp`.
   * @default "tls" with pjsip, "udp" with sip
   */
  transport: z.enum(TRANSPORTS).optional(),
  /**
   * Port of the edge, 1 to 65535.
   * @default 5061 with TLS, else 5060
   */
  port: z.int().min(1).max(65_535).optional(),
  /**
   * Encrypt the media (SDES).
   * @default true with TLS, else false
   */
  srtp: z.boolean().optional(),
  /**
   * Codecs in order of preference.
   * @default ["ulaw", "alaw"]
   */
  codecs: z.array(z.enum(CODECS)).optional(),
  /**
   * Seconds between OPTIONS probes, up to 3600; 0 sends none. With probes, an edge that does not answer them fails each call at once.
   * @default 0
   */
  qualifySeconds: seconds(0, 3600).optional(),
  /**
   * PJSIP: local port of the edge's own transport, 1024 to 65535, one per edge.
   * @default 5070 (UDP), 5072 (TCP), 5071 (TLS)
   */
  bindPort: z.int().min(1024).max(65_535).optional(),
  /**
   * PJSIP over TLS: folder of trusted CA certificates on the diallers; with it the edge's certificate is verified.
   * @default none: the certificate is not verified
   * @example "/etc/ssl/certs"
   */
  caPath: z.string().optional(),
});

export type EdgeDeclaration = z.input<typeof edgeSchema>;
export type Edge = z.output<typeof edgeSchema>;
