import { bridgeSchema } from "../../components/plan/bridgeSchema";
import { edgeSchema } from "../../components/plan/edgeSchema";
import { namedBridgeSchema } from "../../components/plan/stackPlan";
import { type Argument, interfaceArguments, type Nested, outputsOf, schemaArguments } from "./arguments";
import { bridgeEffect } from "./bridgeEffects";
import { declarationComment, membersOf } from "./comments";
import { yamlOf } from "./examples";
import { argumentText, code, fence, paragraph } from "./markdown";
import {
  componentOutputs,
  constructorText,
  detailsText,
  errorsText,
  examplesOf,
  importText,
  outputText,
  page,
  type Page,
  rightsText,
} from "./sections";
import { BRIDGE_COMMENTS, type CommentSource } from "./sources";
import { OWN_ARGUMENTS, type Subject, SUBJECTS } from "./subjects";

const RESOURCES = "components/resources.ts";
const PLAN = "components/plan";
const LAB: Nested = {
  telephony: ["components/lab/telephonySettings.ts", "LabTelephonySettings"],
  ownVicidial: ["components/lab/ownVicidial.ts", "OwnVicidial"],
  "ownVicidial.leadDatabase": ["components/lab/ownVicidial.ts", "LeadDatabase"],
};
const EDGE_COMMENTS: readonly CommentSource[] = [[`${PLAN}/edgeSchema.ts`, "edgeSchema"]];

/** The arguments of a component's page, for who checks that none is missing. */
export const bridgeArguments = (): Argument[] => [
  ...schemaArguments(bridgeSchema, BRIDGE_COMMENTS),
  ...interfaceArguments("components/VoiceAiBridge.ts", "VoiceAiBridgeArgs", {
    transform: ["components/VoiceAiBridge.ts", "BridgeTransform"],
  }).filter(({ path }) => path !== "edge"),
];
export const edgeArguments = (): Argument[] => [
  ...schemaArguments(edgeSchema, EDGE_COMMENTS),
  ...interfaceArguments("components/SipEdge.ts", "SipEdgeArgs"),
];
export const labArguments = (): Argument[] => interfaceArguments("components/lab/settings.ts", "LabSettings", LAB);

/** Every page of one resource or component. */
export function resourcePages(): Page[] {
  return [bridgePage(), edgePage(), ...SUBJECTS.map(subjectPage), labPage()];
}

function subjectPage(subject: Subject): Page {
  const { className, schema, comments, identity, secrets, drains, ofBridge } = subject;
  const about = declarationComment(RESOURCES, className);
  const args = schemaArguments(schema, comments);
  const change = (path: string): string | undefined => {
    if (path.includes(".")) return undefined;
    if (identity.includes(path)) return "**replaces** the resource; the old one is deleted first.";
    if (OWN_ARGUMENTS.includes(path)) return "kept in the state; nothing outside is written.";
    if (drains.includes(path))
      return "updates in place, **drained**: where a line that may be on a call is touched, it waits for it.";
    return "updates in place.";
  };
  const outputs = outputsOf(subject);
  const outputList = outputs.map(({ path, type, comment }) => outputText(path, type, comment, secrets.includes(path)));
  const own = ofBridge === undefined ? undefined : `[\`${ofBridge}\`](VoiceAiBridge.md#${ofBridge.toLowerCase()})`;
  const yaml =
    own === undefined
      ? "TypeScript only: stack config in YAML declares bridges, and a bridge makes none of these."
      : `In YAML it has no entry of its own: a bridge declares it, see ${own}.`;
  const secretInputs = secrets.filter((name) => outputs.every(({ path }) => path !== name));
  return page(className, about, [
    ["Example", [...examplesOf(about), yaml]],
    ["Create", [constructorText(className, `${className}Args`, args)]],
    ["Inputs", args.map((one) => argumentText(one, change(one.path), one.path.includes(".") ? "####" : "###"))],
    [
      "Outputs",
      [
        `Every input as it was applied, and \`id\`.${secretInputs.length > 0 ? ` Secret, encrypted in the state: ${secretInputs.map(code).join(", ")}.` : ""}`,
        outputList.join("\n"),
      ],
    ],
    ["Look up or import an existing one", [importText(className, args, ofBridge)]],
    ["Errors", [errorsText([subject.folder, ...(subject.parts ?? [])])]],
    ["Rights", [rightsText(subject)]],
    [
      "Package details",
      [detailsText(className, "voice-ai-bridges", [`pulumi-nodejs:dynamic/${subject.kind}`], [subject.folder])],
    ],
  ]);
}

function bridgePage(): Page {
  const file = "components/VoiceAiBridge.ts";
  const about = declarationComment(file, "VoiceAiBridge");
  const args = bridgeArguments();
  const named = schemaArguments(namedBridgeSchema, BRIDGE_COMMENTS).filter(({ path }) => path === "name");
  const change = ({ path, comment }: Argument): string | undefined => {
    if (path.includes(".") || comment === undefined || path === "transform") return undefined;
    return bridgeEffect(path, comment);
  };
  const yaml = about.examples.slice(0, 1).map((example) => fence("yaml", yamlOf(example)));
  const makes = SUBJECTS.filter(({ ofBridge }) => ofBridge !== undefined);
  return page("VoiceAiBridge", about, [
    ["Example", [...examplesOf(about), "The same as stack config, `Pulumi.<stack>.yaml`, without a program:", ...yaml]],
    ["Create", [constructorText("VoiceAiBridge", "VoiceAiBridgeArgs", args, "pulumi.ComponentResourceOptions")]],
    [
      "Inputs",
      [
        "Those of YAML too, but for `transform`; YAML alone has `name`. `agentId`, `terminationSipUri` and `trunkCredentials` may come from other resources.",
        ...named.map((one) => argumentText(one, "replaces every part of the bridge.")),
        ...args.map((one) => argumentText(one, change(one), one.path.includes(".") ? "####" : "###")),
      ],
    ],
    ["Outputs", [componentOutputs(file, "VoiceAiBridge")]],
    [
      "Look up or import an existing one",
      [
        "`adopt: true` takes over number, carrier, users, remote agents and campaign that exist. What a campaign held before comes back on destroy ([`onDestroy`](#ondestroy)).",
      ],
    ],
    [
      "What it makes",
      [
        makes
          .map(({ className, ofBridge }) => `- [${className}](${className}.md): \`${ofBridge ?? ""}\``)
          .concat("- [SipEdge](SipEdge.md): `edge`, shared by bridges with the same settings")
          .join("\n"),
      ],
    ],
    [
      "Errors",
      [
        errorsText([`${PLAN}/bridgePlan.ts`, `${PLAN}/stackPlan.ts`, `${PLAN}/edgePlan.ts`]),
        "And those of the parts above.",
      ],
    ],
    [
      "Rights",
      [
        "Those of the parts; [SECURITY.md](../../SECURITY.md#least-privilege-for-the-database-user) has them as GRANTs.",
      ],
    ],
    [
      "Package details",
      [detailsText("VoiceAiBridge", "voice-ai-bridges", ["voice-ai-bridge:index:VoiceAiBridge"], [file, PLAN])],
    ],
  ]);
}

function edgePage(): Page {
  const file = "components/SipEdge.ts";
  const about = declarationComment(file, "SipEdge");
  const args = edgeArguments();
  const carrier = "[VicidialCarrier](VicidialCarrier.md)";
  const change = (path: string): string | undefined =>
    path === "transform" || path === "adopt"
      ? undefined
      : path === "account"
        ? `replaces its ${carrier}.`
        : `updates its ${carrier}.`;
  return page("SipEdge", about, [
    [
      "Example",
      [
        ...examplesOf(about),
        "In YAML it has no entry of its own: a bridge declares it, see [`edge`](VoiceAiBridge.md#edge).",
      ],
    ],
    ["Create", [constructorText("SipEdge", "SipEdgeArgs", args, "pulumi.ComponentResourceOptions")]],
    ["Inputs", args.map((one) => argumentText(one, change(one.path)))],
    ["Outputs", [componentOutputs(file, "SipEdge")]],
    ["Look up or import an existing one", ["`adopt: true` takes over a carrier row with this account's id."]],
    ["Errors", [errorsText([`${PLAN}/edgePlan.ts`]), `And those of its ${carrier}.`]],
    ["Rights", [`Those of its ${carrier}.`]],
    ["Package details", [detailsText("SipEdge", "voice-ai-bridges", ["voice-ai-bridge:index:SipEdge"], [file, PLAN])]],
  ]);
}

function labPage(): Page {
  const file = "components/lab/TestLab.ts";
  const about = declarationComment(file, "TestLab");
  const args = labArguments();
  return page("TestLab", about, [
    [
      "Example",
      [
        ...examplesOf(about),
        "In YAML: `voice-ai-bridges:lab: true`; `npm start` sets ports and passwords in the environment (`VOICEBRIDGE_LAB_*`), else they are `lab:*` config.",
      ],
    ],
    ["Create", [constructorText("TestLab", "TestLabArgs", args, "pulumi.ComponentResourceOptions")]],
    [
      "Inputs",
      [
        "A change makes the containers concerned again; `prefix` and `telephony.subnet` all of them.",
        ...args.map((one) => argumentText(one, undefined, one.path.includes(".") ? "####" : "###")),
      ],
    ],
    [
      "Outputs",
      [
        componentOutputs(file, "TestLab"),
        ...["LabDatabase", "LabSigmaMind", "LabCalls"].map((name) =>
          [
            `### ${name}`,
            paragraph(declarationComment(file, name).text),
            [...membersOf(file, name)]
              .map(([member, { type = "unknown", comment }]) => outputText(member, type, comment, false))
              .join("\n"),
          ].join("\n\n"),
        ),
      ],
    ],
    [
      "Look up or import an existing one",
      [
        "A lab is thrown away: there is nothing to take over. Names of containers, volumes and images begin with `prefix`.",
      ],
    ],
    [
      "Errors",
      [
        errorsText([
          "components/lab/settings.ts",
          "components/lab/telephonySettings.ts",
          "components/lab/ownVicidial.ts",
        ]),
      ],
    ],
    ["Rights", ["A Docker daemon. Its database is its own, and has an account `voicebridge` for stacks."]],
    ["Package details", [detailsText("TestLab", "voice-ai-bridges/lab", ["voice-ai-bridge:index:TestLab"], [file])]],
  ]);
}
