/**
 * Writes docs/bridge.schema.json (`npm run schema`): the bridge's arguments for editors of `Pulumi.<stack>.yaml`, made from the
 * one zod schema, with the comments of its source as descriptions.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { z } from "zod";
import { LEAD_COLUMNS } from "../providers/asterisk";
import { SIP_STACKS_OF_SITE } from "../components/plan/edgePlan";
import { namedBridgeSchema } from "../components/plan/stackPlan";

type Schema = Record<string, unknown>;

const ROOT = dirname(require.resolve("voice-ai-bridges/package.json"));
export const SCHEMA_FILE = join(ROOT, "docs", "bridge.schema.json");

/** Where the comments of the arguments stand, and below which argument they belong. */
const SOURCES: readonly [file: string, path: readonly string[]][] = [
  ["components/plan/stackPlan.ts", []],
  ["components/plan/bridgeSchema.ts", []],
  ["components/plan/edgeSchema.ts", ["edge"]],
  ["providers/vicidial/resources/campaign/campaign.ts", ["campaign"]],
];

/** JSON schema of a stack's config file: this library's keys; others are allowed. */
export function bridgeJsonSchema(): Schema {
  const bridge = z.toJSONSchema(namedBridgeSchema, { io: "input", unrepresentable: "any" }) as Schema;
  delete bridge["$schema"];
  for (const [file, path] of SOURCES) describe(bridge, file, path);
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

/** Copies each property's comment to its place in the schema. */
function describe(bridge: Schema, file: string, below: readonly string[]): void {
  const source = ts.createSourceFile(file, readFileSync(join(ROOT, file), "utf8"), ts.ScriptTarget.ES2022, true);
  const visit = (node: ts.Node, path: readonly string[]): void => {
    const property = ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node);
    const inner = property ? [...path, node.name.getText().replace(/^"|"$/g, "")] : path;
    const text = property ? comment(node) : undefined;
    const place = text === undefined ? undefined : at(bridge, inner);
    if (place !== undefined) place["description"] = text;
    ts.forEachChild(node, (child) => visit(child, inner));
  };
  visit(source, below);
}

function comment(node: ts.Node): string | undefined {
  const [doc] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  if (doc === undefined) return undefined;
  const said = ts.getTextOfJSDocComment(doc.comment) ?? "";
  const tags = (doc.tags ?? []).map((tag) => {
    const name = tag.tagName.text === "default" ? "Default" : "Example";
    return `${name}: ${ts.getTextOfJSDocComment(tag.comment) ?? ""}`;
  });
  return [said, ...tags].join("\n").replace(/`/g, "");
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
