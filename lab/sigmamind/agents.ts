import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Context } from "./context";
import { ApiRefusal } from "./errors";
import { agentBody } from "./generations";
import { page, pageQuery } from "./paging";
import type { AgentRecord, SimulatorState } from "./records";
import { randomId } from "./store";
import { documented } from "./validation";

/**
 * A tool of an agent, for example `{type: "voice_transfer_call", transferTo, description}`
 * (docs/facts/sigmamind.md#transfer-tools).
 */
const tool = z.looseObject({ type: z.string() });

/**
 * The agent's body as far as the documents show it (docs/facts/sigmamind.md#agents). `agentSettings` and tools are open:
 * their key lists are cut off in the documents. `instructions` is required by inference: the first field of the create
 * example.
 */
const createBody = z.object({
  agentName: z.string().min(1).optional(),
  instructions: z.string().min(1),
  welcomeMessageType: z.enum(["static", "prompt"]).optional(),
  welcomeMessage: z.string().optional(),
  agentSettings: z.record(z.string(), z.unknown()).optional(),
  tools: z.array(tool).optional(),
});
const patchBody = createBody.partial();

const agentPath = z.object({ agentId: z.string() });

/** Agents (docs/facts/sigmamind.md#agents). There is no documented endpoint to publish or to delete one. */
export function agentRoutes(app: FastifyInstance, { store, disturbances }: Context): void {
  const strict = () => disturbances.quirks.strict;

  app.get("/v1/agents", ({ query }) =>
    page(store.state.agents.map(agentBody), documented(pageQuery, query, strict()), disturbances.quirks),
  );

  app.get("/v1/agents/:agentId", ({ params }) => agentBody(findAgent(store.state, params)));

  app.post("/v1/agents", ({ body }) => {
    const { agentName = "New agent", ...definition } = documented(createBody, body, strict());
    // Publishing happens in the dashboard, so a new agent is not Live (inferred, docs/facts/sigmamind.md#agent-status).
    const agent: AgentRecord = { agentId: randomId(), agentName, status: "Testing", definition };
    store.change((state) => state.agents.push(agent));
    return agentBody(agent);
  });

  app.patch("/v1/agents/:agentId", ({ params, body }) => {
    const agent = findAgent(store.state, params);
    const { agentName = agent.agentName, ...definition } = documented(patchBody, body, strict());
    return store.change(() => {
      agent.agentName = agentName;
      Object.assign(agent.definition, definition);
      return agentBody(agent);
    });
  });
}

/** Requests name agents by their bare id in every generation (docs/facts/sigmamind.md#agent-ids). */
function findAgent(state: SimulatorState, params: unknown): AgentRecord {
  const { agentId } = agentPath.parse(params);
  const agent = state.agents.find((candidate) => candidate.agentId === agentId);
  if (agent === undefined) throw new ApiRefusal(404, `Agent ${agentId} not found`);
  return agent;
}
