import { CUSTOMERS, type Customer, type Step } from "./customers";

/** Where Asterisk finds sounds and puts recordings. */
export interface Folders {
  sounds: string;
  calls: string;
}

/** Longest call, in seconds: nothing that a test forgot goes on for ever. */
const LONGEST_CALL = 1800;

/** `extensions.conf` of the carrier: the customers as Asterisk's applications. */
export function dialplan(folders: Folders, customers: readonly Customer[] = CUSTOMERS): string {
  return [
    "; Written at start by the carrier's daemon from lab/carrier/customers.ts.",
    ...section("network", {
      // Two characters or more: a digit or a plus, then anything.
      "_[0-9+].": [
        "Set(LAST=${FILTER(0-9,${EXTEN})})",
        "Set(LAST=${LAST:-2})",
        "Set(TONE=$[300+20*0${LAST}])",
        `Set(TIMEOUT(absolute)=${LONGEST_CALL})`,
        // The daemon reads everything else from the SIP messages of this Call-ID.
        "UserEvent(Arrived,Sip: ${CHANNEL(pjsip,call-id)})",
        "GotoIf($[${DIALPLAN_EXISTS(customer-${LAST},s,1)}]?customer-${LAST},s,1)",
        "Goto(customer,s,1)",
      ],
    }),
    ...customers.flatMap(({ digits, steps }) =>
      section(digits === undefined ? "customer" : `customer-${digits}`, {
        s: [...steps.flatMap((step) => applications(step, folders)), "Hangup()"],
        ...turns(steps, folders),
      }),
    ),
    "",
  ].join("\n");
}

function section(name: string, extensions: Readonly<Record<string, readonly string[]>>): string[] {
  const lines = Object.entries(extensions).flatMap(([extension, steps]) =>
    steps.map((step, at) =>
      at === 0 ? `exten => ${extension},1,${step}` : ` same => n${step.startsWith("(") ? "" : ","}${step}`,
    ),
  );
  return ["", `[${name}]`, ...lines];
}

function applications(step: Step, { sounds, calls }: Folders): string[] {
  const seconds = (ms: number): string => String(ms / 1000);
  switch (step.do) {
    case "ring":
      return ["Ringing()", `Wait(${seconds(step.ms)})`];
    case "answer":
      return [
        "Answer()",
        `MixMonitor(,r(${calls}/\${UNIQUEID}-heard.wav)t(${calls}/\${UNIQUEID}-said.wav)S)`,
        "UserEvent(Recording)",
      ];
    case "refuse":
      return [`Hangup(${step.cause})`];
    case "wait":
      return [`Wait(${seconds(step.ms)})`];
    case "mute":
      return ["WaitExten(3600)"];
    case "say":
      return [`Playback(${sounds}/${step.phrase})`];
    case "beep":
      return [`Playback(${sounds}/beep)`];
    case "tone":
      return [`Playback(${sounds}/tone-\${TONE})`];
    case "converse":
      return [
        "Set(TALK_DETECT(set)=300,256)",
        // The daemon says when it is his turn (lab/carrier/listening.ts) and sends him to extension `turn`.
        `(listen),UserEvent(Listening,After: ${step.afterMs})`,
        `Wait(${LONGEST_CALL})`,
      ];
    case "hang up":
      return ["Hangup(16)"];
  }
}

/** What a customer who converses says in his turn. */
function turns(steps: readonly Step[], { sounds }: Folders): Record<string, string[]> {
  const converse = steps.find((step) => step.do === "converse");
  if (converse === undefined) return {};
  const press = converse.press === undefined ? [] : [`SendDTMF(${converse.press},120,120)`];
  return { turn: [`Playback(${sounds}/turn&${sounds}/tone-\${TONE})`, ...press, "Goto(s,listen)"] };
}
