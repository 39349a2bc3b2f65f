import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import type { z } from "zod";
import { buildApp } from "./app";
import { buildControlApp, makeControl, type SimulatorControl } from "./control";
import { Disturbances } from "./quirks";
import { agentRecord } from "./records";
import { RequestLog } from "./requestLog";
import { seededAgents } from "./seed";
import { Store } from "./store";

export interface SimulatorOptions {
  /** Address to listen on. Default `127.0.0.1`. */
  host?: string;
  /** Port of the API. Default 0: any free one. */
  port?: number;
  /** Port of the control API. Default 0: any free one. */
  controlPort?: number;
  /** The workspace's API key. Default `lab-api-key`: the simulator holds nothing worth guarding. */
  apiKey?: string;
  /** Directory of the state file. Default none: a simulator in memory. */
  stateDir?: string;
  /** Agents of a workspace without state. Default two Live ones and one in Testing. */
  agents?: readonly z.input<typeof agentRecord>[];
}

export interface Simulator {
  /** What `sigmamind:baseUrl` takes. */
  baseUrl: string;
  controlUrl: string;
  apiKey: string;
  control: SimulatorControl;
  close(): Promise<void>;
}

/**
 * Starts a SigmaMind API simulator: the documented API with its limits and error bodies, and a control API beside it.
 *
 * @example
 * const simulator = await startSimulator();
 * simulator.control.fault({ method: "POST", when: "after", do: { kind: "drop" } });
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { host = "127.0.0.1", port = 0, controlPort = 0, apiKey = "lab-api-key" } = options;
  const agents = (options.agents ?? seededAgents).map((agent) => agentRecord.parse(agent));
  const context = { store: new Store(options.stateDir, agents), disturbances: new Disturbances() };
  const log = new RequestLog();
  const control = makeControl(context, log);
  const app = buildApp(context, apiKey, log);
  const controlApp = buildControlApp(control);
  const close = async (): Promise<void> => {
    context.disturbances.close();
    await Promise.all([app.close(), controlApp.close()]);
  };
  try {
    await app.listen({ host, port });
    await controlApp.listen({ host, port: controlPort });
  } catch (thrown) {
    await close();
    throw thrown;
  }
  return { baseUrl: urlOf(app, host), controlUrl: urlOf(controlApp, host), apiKey, control, close };
}

function urlOf(app: FastifyInstance, host: string): string {
  const { port } = app.server.address() as AddressInfo;
  return `http://${host === "0.0.0.0" ? "127.0.0.1" : host}:${port}`;
}
