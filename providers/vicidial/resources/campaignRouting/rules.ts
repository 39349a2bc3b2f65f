import type { Refused } from "../../../../core/refusal";
import { NEVER_REDIALLED } from "./dialStatuses";
import { ROUTING_EXTENSIONS } from "../../site/fields";

/** The routing extensions that run answering-machine detection first. */
const AMD_EXTENSIONS: readonly string[] = ["8369", "8373"];

/** What the rules look at. Each may be undeclared. */
export interface Pacing {
  routing?: string | undefined;
  routingExtension?: string | undefined;
  dialMethod?: string | undefined;
  autoDialLevel?: number | undefined;
  amdSendToVmx?: boolean | undefined;
  amMessageExten?: string | undefined;
  amdAgentRouteOptions?: string | undefined;
  dialStatuses?: readonly string[] | undefined;
  lab?: boolean | undefined;
}

/** What is wrong with a declaration by itself. */
export function declaredProblems(declared: Pacing): Refused[] {
  return [...contradictions(declared), ...adaptiveProblems(declared)];
}

/**
 * Which of the values cannot be meant together: each would fail silently later. Runs on what is declared (preview) and on the
 * row as it will be (apply), because an undeclared column may hold the other half.
 */
export function contradictions(pacing: Pacing): Refused[] {
  return [...routingProblems(pacing), ...paceProblems(pacing), ...machineProblems(pacing), ...redialProblems(pacing)];
}

function routingProblems({ routing, routingExtension }: Pacing): Refused[] {
  if (routingExtension === undefined || routing === "direct") return [];
  if ((ROUTING_EXTENSIONS as readonly string[]).includes(routingExtension)) return [];
  return [
    {
      field: "routingExtension",
      value: routingExtension,
      rule: "is no routing extension: answered calls would bypass the remote agent, and on Asterisk 12 and later no call is placed at all",
      fix: `use 8368, or 8369 for answering-machine detection (also allowed: ${ROUTING_EXTENSIONS.join(", ")}); the guide's literal step 4.3 needs \`routing: "direct"\``,
    },
  ];
}

function paceProblems({ dialMethod, autoDialLevel }: Pacing): Refused[] {
  if (autoDialLevel === undefined || dialMethod === undefined) return [];
  const level = (rule: string, fix: string): Refused[] => [{ field: "autoDialLevel", value: autoDialLevel, rule, fix }];
  if (dialMethod === "MANUAL" && autoDialLevel > 0)
    return level(
      "dial method MANUAL dials nothing by itself, and the next save of the campaign forces its level to 0",
      "declare `dialMethod: RATIO`, or level 0",
    );
  if (dialMethod.endsWith("RATIO") && autoDialLevel < 1)
    return level(
      `with dial method ${dialMethod} the level is at least 1: the next save of the campaign raises it, and below 1 some lines are never dialled for`,
      "declare 1 or more",
    );
  return [];
}

/** Only a declared level: the one in the row is VICIdial's own. */
function adaptiveProblems({ dialMethod, autoDialLevel }: Pacing): Refused[] {
  if (autoDialLevel === undefined || dialMethod?.includes("ADAPT") !== true) return [];
  return [
    {
      field: "autoDialLevel",
      value: autoDialLevel,
      rule: `with dial method ${dialMethod} VICIdial computes the level itself, so that a declared one would never hold`,
      fix: "leave it out, or declare `dialMethod: RATIO`",
    },
  ];
}

function machineProblems(pacing: Pacing): Refused[] {
  const { routingExtension, amdSendToVmx, amMessageExten, amdAgentRouteOptions } = pacing;
  const undetected = routingExtension !== undefined && !AMD_EXTENSIONS.includes(routingExtension);
  const inert = (field: keyof Pacing): Refused => ({
    field,
    value: pacing[field],
    rule: `routing extension ${routingExtension ?? ""} detects no answering machines, so that this has no effect`,
    fix: 'declare `routingExtension: "8369"`',
  });
  return [
    ...(undetected && amdSendToVmx === true ? [inert("amdSendToVmx")] : []),
    ...(undetected && amdAgentRouteOptions === "ENABLED" ? [inert("amdAgentRouteOptions")] : []),
    ...(amdSendToVmx === true && amMessageExten === "" ? [speechless] : []),
  ];
}

const speechless: Refused = {
  field: "amdSendToVmx",
  value: true,
  rule: "a machine would hear nothing: the campaign has no message (vicidial_campaigns.am_message_exten)",
  fix: "declare `amMessageExten`, the name of an audio file",
};

function redialProblems({ dialStatuses = [], lab }: Pacing): Refused[] {
  if (lab === true) return [];
  return dialStatuses
    .filter((status) => status in NEVER_REDIALLED)
    .map((status) => ({
      field: "dialStatuses",
      value: status,
      rule: `the dialler would call leads of status ${status} again: ${NEVER_REDIALLED[status] ?? ""}`,
      fix: `remove ${status}; in a lab, whose leads are all yours, declare \`lab: true\``,
    }));
}
