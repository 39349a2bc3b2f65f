import { z } from "zod";
import { Refusal, type Refused } from "../../core/refusal";

const port = z.coerce.number().int().min(1).max(65535);

const schema = z.object({
  /** Control API of the SigmaMind simulator, where numbers and agents are looked up and calls are put on record. Required. */
  SIGMAMIND_CONTROL_URL: z.url({ protocol: /^https?$/, error: "must be an http:// or https:// URL" }),
  /** Password of the ARI user `edge`; the container's entrypoint makes one at each start. Required. */
  EDGE_ARI_SECRET: z.string().min(16, "must have at least 16 characters"),
  /** Asterisk's REST interface. */
  EDGE_ARI_URL: z.url().default("http://127.0.0.1:8088"),
  /** Port of the control API, on all addresses. */
  EDGE_CONTROL_PORT: port.default(8082),
  /** Under which URL others reach the control API: the beginning of each `recordingUrl`. */
  EDGE_PUBLIC_URL: z.url().optional(),
  /** UDP port on loopback where Asterisk sends a copy of each SIP message (HEP, `hep.conf`). */
  EDGE_HEP_PORT: port.default(9060),
  /** Where Asterisk listens for SIP over UDP, for the health check's own OPTIONS. */
  EDGE_SIP_PORT: port.default(5060),
  /** Folder of recordings and rendered speech. */
  EDGE_DATA_DIR: z.string().min(1).default("/var/lib/edge"),
  /** How many calls are remembered, with their recordings; the oldest go first. */
  EDGE_KEEP_CALLS: z.coerce.number().int().min(1).default(500),
});

/** The edge's settings, checked. */
export interface EdgeSettings {
  simulatorUrl: string;
  ari: { url: string; user: string; secret: string };
  controlPort: number;
  publicUrl: string;
  hepPort: number;
  sipPort: number;
  dataDirectory: string;
  keepCalls: number;
}

/** Reads the environment; a {@link Refusal} names every variable that is missing or wrong, never a secret's value. */
export function readSettings(env: NodeJS.ProcessEnv): EdgeSettings {
  const read = schema.safeParse(env);
  if (!read.success) throw new Refusal(...read.error.issues.map((issue) => refused(env, issue)));
  const e = read.data;
  return {
    simulatorUrl: e.SIGMAMIND_CONTROL_URL.replace(/\/$/, ""),
    ari: { url: e.EDGE_ARI_URL.replace(/\/$/, ""), user: "edge", secret: e.EDGE_ARI_SECRET },
    controlPort: e.EDGE_CONTROL_PORT,
    publicUrl: (e.EDGE_PUBLIC_URL ?? `http://edge:${e.EDGE_CONTROL_PORT}`).replace(/\/$/, ""),
    hepPort: e.EDGE_HEP_PORT,
    sipPort: e.EDGE_SIP_PORT,
    dataDirectory: e.EDGE_DATA_DIR,
    keepCalls: e.EDGE_KEEP_CALLS,
  };
}

function refused(env: NodeJS.ProcessEnv, issue: z.core.$ZodIssue): Refused {
  const field = String(issue.path[0]);
  const missing = env[field] === undefined;
  return {
    field,
    value: missing || field.endsWith("SECRET") ? undefined : env[field],
    rule: missing ? "the edge needs this variable and it is not set" : issue.message,
    fix: "set it in the environment of the container (docker/edge/README.md lists them)",
  };
}
