import { DEFAULT_LEAD_PORT, type LeadService } from "../../providers/asterisk";
import { Refusal } from "../../core/refusal";
import { SIP_STACKS_OF_SITE, type SipStacks } from "./edgePlan";

/** Namespace of this library's stack config: `voice-ai-bridges:bridges`, `voice-ai-bridges:lab` … */
export const NAMESPACE = "voice-ai-bridges";

/** What a plan needs to know besides a bridge's own arguments: the same for all bridges of a stack. */
export interface PlanContext {
  /** Which SIP drivers the diallers have. Stack config `vicidial:sipStacks`. @default "SIP_and_PJSIP" */
  sipStacks: SipStacks;
  /** Whether the stack is a lab, where all leads are one's own. Stack config `lab`. @default false */
  lab: boolean;
  /** The lead service of bridges that name none: the lab's. */
  leadService?: LeadService;
}

/** The lead service of a lab, as its diallers reach it (components/lab/telephony.ts). */
export const LAB_LEAD_SERVICE: LeadService & { port: number } = { host: "leads", port: DEFAULT_LEAD_PORT };

/** The context of a stack's config, for whoever read it: the stack program, or a command. */
export function planContext(config: { lab?: boolean; sipStacks?: string }): PlanContext {
  const { lab = false, sipStacks = "SIP_and_PJSIP" } = config;
  const known = SIP_STACKS_OF_SITE.find((stacks) => stacks === sipStacks);
  if (known !== undefined) return { lab, sipStacks: known, ...(lab && { leadService: LAB_LEAD_SERVICE }) };
  throw new Refusal({
    field: "vicidial:sipStacks",
    value: sipStacks,
    rule: `must be one of ${SIP_STACKS_OF_SITE.join(", ")}`,
    fix: "copy it from Admin → System Settings → Allowed SIP Stacks",
  });
}
