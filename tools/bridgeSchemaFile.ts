/**
 * Writes docs/bridge.schema.json (`npm run schema`): the bridge's arguments for editors of `Pulumi.<stack>.yaml`, made from the
 * one zod schema, with the comments of its source as descriptions.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { LEAD_COLUMNS } from "../providers/asterisk";
import { SIP_STACKS_OF_SITE } from "../components/plan/edgePlan";
import { type Comment, ROOT } from "./reference/comments";
import { BRIDGE_COMMENTS, commentsFrom } from "./reference/sources";
import { namedBridgeSchema } from "../components/plan/stackPlan";

type Schema = Record<string, unknown>;

export const SCHEMA_FILE = join(ROOT, "docs", "bridge.schema.json");

/** JSON schema of a stack's config file: this library's keys; others are allowed. */
export function bridgeJsonSchema(): Schema {
  const bridge = z.toJSONSchema(namedBridgeSchema, { io: "input", unrepresentable: "any" }) as Schema;
  delete bridge["$schema"];
  for (const [path, comment] of commentsFrom(BRIDGE_COMMENTS))
    Object.assign(at(bridge, path.split(".")) ?? {}, { description: described(comment) });
  allowSecure(bridge);
  const columns = { enum: LEAD_COLUMNS };
  Object.assign(at(bridge, ["leadFields"]) ?? {}, {
    anyOf: [
      { type: "array", items: columns },
      { type: "object", propertyNames: columns, additionalProperties: { type: "string" } },
    ],
  });
  const config = {
    type: "object",
    properties: {
      "voice-ai-bridges:bridges": {
        type: "array",
        items: { $ref: "#/$defs/bridge" },
        description: "The bridges of the stack.",
      },
      "voice-ai-bridges:lab": {
        type: "boolean",
        description: "Whether the stack brings up a lab of its own in Docker.",
      },
      "lab:ownVicidial": {
        type: "boolean",
        description: "A lab without database and diallers, beside a VICIdial of your own (docs/own-vicidial.md).",
      },
      "vicidial:sipStacks": { enum: SIP_STACKS_OF_SITE, description: "Admin → System Settings → Allowed SIP Stacks." },
    },
  };
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Voice AI bridges in Pulumi.<stack>.yaml",
    type: "object",
    properties: { config },
    $defs: { bridge },
  };
}

/** `pulumi config set --secret` writes `{secure: …}` in the place of a password. */
function allowSecure(bridge: Schema): void {
  const password = at(bridge, ["trunkCredentials", "password"]);
  const secure = { type: "object", properties: { secure: { type: "string" } }, required: ["secure"] };
  if (password === undefined) return;
  const plain = { ...password };
  for (const key of Object.keys(plain)) if (key !== "description") Reflect.deleteProperty(password, key);
  password["anyOf"] = [plain, secure];
}

/** A comment as editors show it. */
function described({ text, default: byDefault, examples }: Comment): string {
  const tags = [
    ...(byDefault === undefined ? [] : [`Default: ${byDefault}`]),
    ...examples.map((one) => `Example: ${one}`),
  ];
  return [text, ...tags].join("\n").replace(/`/g, "");
}

/** The part of a schema that describes the property at `path`, looking through alternatives. */
function at(schema: Schema, path: readonly string[]): Schema | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return schema;
  const alternatives = [schema, ...((schema["anyOf"] as Schema[] | undefined) ?? [])];
  for (const one of alternatives) {
    const inner = (one["properties"] as Record<string, Schema> | undefined)?.[step];
    if (inner !== undefined) return at(inner, rest);
  }
  return undefined;
}

/** The file's text. */
function schemaText(): string {
  return `${JSON.stringify(bridgeJsonSchema(), null, 2)}\n`;
}

if (require.main === module) writeFileSync(SCHEMA_FILE, schemaText());
