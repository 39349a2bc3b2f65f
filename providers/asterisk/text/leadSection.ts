import { HANGUP_LOG } from "./hangupLog";
import { CARRIER_CONTEXT, step, type Section } from "./dialplanText";
import { LEAD_FOUND, type Header } from "./headers";
import type { LeadService } from "./aiCarrierArgs";

/** FastAGI's own port. */
export const DEFAULT_LEAD_PORT = 4573;

/** What the lead section needs of a bridge. */
interface Lookup {
  name: string;
  extension: string;
  stack: "sip" | "pjsip";
  headers: readonly Header[];
  leadService?: LeadService;
}

/**
 * `[aib-<digits>-lead]`: asks the lead service for the columns that the headers need, and goes on after 1.5 seconds at
 * the latest. A section of its own because the absolute timeout ends in the context's `T` extension, and in VICIdial's
 * context a `T` would be everybody's. AGIEXITONHANGUP: else a service that accepts and never answers would keep the
 * channel alive after the customer has hung up (docs/facts/asterisk.md#agi).
 */
export function leadSection({ name, extension, stack, headers, leadService }: Lookup): Section[] {
  if (!leadService) return [];
  const columns = headers.flatMap((header) => ("column" in header ? [header.column] : []));
  const host = `${leadService.host}:${leadService.port ?? DEFAULT_LEAD_PORT}`;
  const start = [
    step("Set", "AGIEXITONHANGUP=yes"),
    step("Set", "TIMEOUT(absolute)=1.5"),
    step("AGI", [`agi://${host}/lead`, ...columns].join(",")),
    step("Goto", "T,1"),
  ];
  const goOn = [
    step("Set", "TIMEOUT(absolute)=0"),
    step("Set", "AGIEXITONHANGUP="),
    step("GotoIf", `$["\${${LEAD_FOUND}}"!=""]?on`),
    step("Log", `WARNING,no lead from ${host} for \${CALLERID(name)}: the call goes on without lead headers`),
    step("Goto", `${CARRIER_CONTEXT},${extension},${stack === "sip" ? "led" : "ai"}`, "on"),
  ];
  return [
    {
      context: `${name}-lead`,
      extensions: [
        { extension: "s", steps: start },
        { extension: "T", steps: goOn },
        { extension: "h", steps: [HANGUP_LOG] },
      ],
    },
  ];
}
