import type { LeadService } from "../providers/asterisk";
import type { SipStacks } from "./edgePlan";

/** What a plan needs to know besides a bridge's own arguments: the same for all bridges of a stack. */
export interface PlanContext {
  /** Which SIP drivers the diallers have. Stack config `vicidial:sipStacks`. @default "SIP_and_PJSIP" */
  sipStacks: SipStacks;
  /** Whether the stack is a lab, where all leads are one's own. Stack config `lab`. @default false */
  lab: boolean;
  /** The lead service of bridges that name none: the lab's. */
  leadService?: LeadService;
}
