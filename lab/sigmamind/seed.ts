import type { z } from "zod";
import type { agentRecord } from "./records";

/**
 * Agents of a new lab: two that answer, and one that nobody published, for the most common mistake. A lab's customers never
 * tire of talking, so its agents take their leave.
 */
export const seededAgents: readonly z.input<typeof agentRecord>[] = [
  {
    agentId: "LabSalesAgent001",
    agentName: "Lab sales",
    status: "Live",
    definition: {
      instructions: "You call people who asked for a quote. Confirm the name {{first_name}} and the city {{city}}.",
      welcomeMessageType: "static",
      welcomeMessage: "Hello {{first_name}}, this is the lab's sales agent.",
      agentSettings: { maxCallDuration: 20 },
    },
  },
  {
    agentId: "LabCareAgent0002",
    agentName: "Lab care",
    status: "Live",
    definition: {
      instructions: "You call customers of {{city}} about their appointment.",
      welcomeMessageType: "static",
      welcomeMessage: "Hello {{first_name}}, this is the lab's care agent.",
      agentSettings: { maxCallDuration: 20 },
    },
  },
  {
    agentId: "LabDraftAgent003",
    agentName: "Lab draft",
    status: "Testing",
    definition: { instructions: "Not published yet." },
  },
];
