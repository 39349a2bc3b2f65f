import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";

export const ROOT = dirname(require.resolve("voice-ai-bridges/package.json"));

/** What the comment of an argument, an output or a class says. */
export interface Comment {
  /** The meaning, on one line. */
  text: string;
  default?: string;
  examples: string[];
}

/** One member of an interface or class, or one argument of a schema, by its path: `amd.onMachine`. */
export interface Member {
  comment?: Comment;
  /** Its type as written; a schema's says nothing. */
  type?: string;
  optional: boolean;
}

const parsed = new Map<string, ts.SourceFile>();

/** A source file of this repository. */
export function sourceOf(file: string): ts.SourceFile {
  const known = parsed.get(file);
  if (known !== undefined) return known;
  const read = ts.createSourceFile(file, readFileSync(join(ROOT, file), "utf8"), ts.ScriptTarget.ES2022, true);
  parsed.set(file, read);
  return read;
}

/** The comments of the arguments that the zod schema `name` declares, by path. */
export function schemaComments(file: string, name: string): Map<string, Comment> {
  const found = new Map<string, Comment>();
  const visit = (node: ts.Node, path: readonly string[]): void => {
    const property = ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node);
    const inner = property ? [...path, nameOf(node.name)] : path;
    const comment = property ? commentOf(node) : undefined;
    if (comment !== undefined) found.set(inner.join("."), comment);
    ts.forEachChild(node, (child) => visit(child, inner));
  };
  visit(declarationOf(file, name), []);
  return found;
}

/** The members of an interface, class, or of the object literals of a type, by name; those that are private left out. */
export function membersOf(file: string, name: string): Map<string, Member> {
  const found = new Map<string, Member>();
  const visit = (node: ts.Node): void => {
    if (ts.isPropertySignature(node) || ts.isPropertyDeclaration(node)) {
      const hidden = ts.getCombinedModifierFlags(node) & (ts.ModifierFlags.Private | ts.ModifierFlags.Static);
      if (hidden === 0) found.set(nameOf(node.name), memberOf(node));
      return;
    }
    if (!ts.isConstructorDeclaration(node) && !ts.isMethodDeclaration(node)) ts.forEachChild(node, visit);
  };
  ts.forEachChild(declarationOf(file, name), visit);
  return found;
}

function memberOf(node: ts.PropertySignature | ts.PropertyDeclaration): Member {
  const comment = commentOf(node);
  const type = node.type
    ?.getText()
    .replace(/\/\*\*[\s\S]*?\*\//g, "")
    .replace(/\s+/g, " ");
  return { ...(comment && { comment }), ...(type && { type }), optional: node.questionToken !== undefined };
}

/** The object that a member's type writes out in place, as members. */
export function inlineMembers(file: string, name: string, member: string): Map<string, Member> {
  const found = new Map<string, Member>();
  const visit = (node: ts.Node): void => {
    if (ts.isPropertySignature(node) && nameOf(node.name) === member && node.type && ts.isTypeLiteralNode(node.type))
      for (const inner of node.type.members.filter(ts.isPropertySignature))
        found.set(nameOf(inner.name), memberOf(inner));
    else ts.forEachChild(node, visit);
  };
  visit(declarationOf(file, name));
  return found;
}

/** The comment of a declared class, interface, type or constant. */
export function declarationComment(file: string, name: string): Comment {
  const declaration = declarationOf(file, name);
  const comment = commentOf(ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration);
  if (comment === undefined) throw new Error(`${file}: ${name} has no comment`);
  return comment;
}

function declarationOf(file: string, name: string): ts.Node {
  let found: ts.Node | undefined;
  const visit = (node: ts.Node): void => {
    const declares =
      ts.isVariableDeclaration(node) ||
      ts.isClassDeclaration(node) ||
      ts.isInterfaceDeclaration(node) ||
      ts.isTypeAliasDeclaration(node);
    if (declares && node.name?.getText() === name) found ??= node;
    else ts.forEachChild(node, visit);
  };
  visit(sourceOf(file));
  if (found === undefined) throw new Error(`${file} declares no ${name}`);
  return found;
}

/** The comment right before a node. Line breaks of an example are kept, those of the meaning are not. */
function commentOf(node: ts.Node): Comment | undefined {
  const doc = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc).at(-1);
  if (doc === undefined) return undefined;
  const tags = doc.tags ?? [];
  const said = (tag: ts.JSDocTag): string => ts.getTextOfJSDocComment(tag.comment) ?? "";
  const named = (name: string): string[] => tags.filter((tag) => tag.tagName.text === name).map(said);
  const [byDefault] = named("default");
  return {
    text: linked(doc.comment).replace(/\s*\n\s*/g, " "),
    ...(byDefault !== undefined && { default: byDefault }),
    examples: named("example"),
  };
}

/** A comment's text; `{@link Name}` as the name. */
function linked(comment: ts.JSDoc["comment"]): string {
  return (ts.getTextOfJSDocComment(comment) ?? "").replace(/\{@link ([^}]+)\}/g, "`$1`");
}

function nameOf(name: ts.PropertyName): string {
  return name.getText().replace(/^"|"$/g, "");
}
