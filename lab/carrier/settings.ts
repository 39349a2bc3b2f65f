import { z } from "zod";
import { Refusal } from "../../core/refusal";

const port = z.coerce.number().int().min(1).max(65_535);

const schema = z.object({
  /** TCP port of the control API, on all addresses. Required. */
  CARRIER_CONTROL_PORT: port,
  /** UDP port of SIP. */
  CARRIER_SIP_PORT: port.default(5060),
  /** Folder for sounds, recordings and Asterisk's configuration; emptied at each start. */
  CARRIER_DATA_DIR: z.string().startsWith("/").default("/var/lib/carrier"),
  /** How many calls are remembered, with their recordings; the oldest go first. */
  CARRIER_KEEP_CALLS: z.coerce.number().int().min(1).default(500),
});

/** The carrier's settings, checked. */
export interface CarrierSettings {
  controlPort: number;
  sipPort: number;
  dataDirectory: string;
  keepCalls: number;
}

/** Reads the environment; a {@link Refusal} names every variable that is missing or wrong. */
export function readSettings(env: NodeJS.ProcessEnv): CarrierSettings {
  const read = schema.safeParse(env);
  if (!read.success)
    throw new Refusal(
      ...read.error.issues.map(({ path: [name], message }) => ({
        field: String(name),
        value: env[String(name)],
        rule: env[String(name)] === undefined ? "the carrier needs this variable and it is not set" : message,
        fix: "set it in the environment of the container, see docker/carrier/README.md",
      })),
    );
  return {
    controlPort: read.data.CARRIER_CONTROL_PORT,
    sipPort: read.data.CARRIER_SIP_PORT,
    dataDirectory: read.data.CARRIER_DATA_DIR,
    keepCalls: read.data.CARRIER_KEEP_CALLS,
  };
}
