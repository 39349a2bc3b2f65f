import { readdirSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import type { z } from "zod";
import { parse } from "../../core/schema/problems";
import { reasonText } from "../../core/refusal";
import { ROOT, sourceOf } from "./comments";
import { alternatives, type Shape } from "./types";

/** A rule that a source file refuses something by. */
export interface Rule {
  field?: string;
  rule: string;
  fix?: string;
}

/** What the schema itself says of values that a field does not take. */
export function saidOf(schema: z.ZodType, shape: Shape): string[] {
  const said = probesFor(shape).flatMap((probe) => {
    const result = parse(schema, probe);
    return "problems" in result ? result.problems.filter(({ path }) => path.length === 0).map(reasonText) : [];
  });
  // What only tells of the probe is told by the rules of the sources.
  const general = said.filter((text) => !/^line \d|\b70000\b/.test(text));
  return [...new Set(general.map((text) => text.replace(", not a fraction. Give a whole number", "").trim()))];
}

/** Values that no rule of a field of this type takes, so that every rule says its reason. */
function probesFor(shape: Shape): unknown[] {
  const types = new Set([shape, ...alternatives(shape)].map((one) => one["type"]));
  if (shape["enum"] !== undefined || alternatives(shape).some((one) => one["type"] === "object")) return [];
  const text = types.has("string") && shape["const"] === undefined;
  const number = !text && (types.has("number") || types.has("integer"));
  return [...(text ? ["\u00b6 \\", "", "x".repeat(70_000)] : []), ...(number ? [-1.3, -1e6, 1e9, 1e15] : [])];
}

/** The rules that the sources of a folder (or one file) refuse by, in their order. */
export function rulesOf(place: string): Rule[] {
  const found = filesOf(place).flatMap(rulesInFile);
  const seen = new Set<string>();
  return found.filter((one) => {
    const key = JSON.stringify(one);
    return seen.has(key) ? false : seen.add(key);
  });
}

/** The TypeScript files of a folder, without tests; or the one file. */
export function filesOf(place: string): string[] {
  if (place.endsWith(".ts")) return [place];
  return readdirSync(join(ROOT, place))
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .sort()
    .map((name) => `${place}/${name}`);
}

function rulesInFile(file: string): Rule[] {
  const source = sourceOf(file);
  const rules: Rule[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isObjectLiteralExpression(node)) {
      const part = (name: string): string | undefined => textOf(valueOf(node, name));
      const rule = part("rule");
      const field = part("field");
      const fix = part("fix");
      if (rule !== undefined) rules.push({ rule, ...(field && { field }), ...(fix && { fix }) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return rules;
}

function valueOf(object: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
  for (const property of object.properties) {
    if (property.name?.getText() !== name) continue;
    if (ts.isPropertyAssignment(property)) return property.initializer;
    if (ts.isShorthandPropertyAssignment(property)) return constantOf(property);
  }
  return undefined;
}

/** The value of the constant that a shorthand names, looked up outwards. */
function constantOf({ name, parent }: ts.ShorthandPropertyAssignment): ts.Expression | undefined {
  for (let scope: ts.Node = parent; !ts.isSourceFile(scope); scope = scope.parent) {
    if (!ts.isBlock(scope)) continue;
    for (const statement of scope.statements) {
      if (!ts.isVariableStatement(statement)) continue;
      for (const { name: declared, initializer } of statement.declarationList.declarations)
        if (declared.getText() === name.text) return initializer;
    }
  }
  return undefined;
}

/** A text as its reader sees it, with `…` for what is known only then. */
function textOf(node: ts.Expression | undefined): string | undefined {
  if (node === undefined) return undefined;
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return [node.head.text, ...node.templateSpans.map(({ literal }) => `…${literal.text}`)].join("");
  if (ts.isConditionalExpression(node)) {
    const [one, other] = [textOf(node.whenTrue), textOf(node.whenFalse)];
    return one !== undefined && other !== undefined ? `${one}; or: ${other}` : (one ?? other);
  }
  return undefined;
}
