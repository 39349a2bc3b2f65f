import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import ts from "typescript";
import { ROOT, sourceOf } from "./comments";
import { filesOf } from "./refusals";

/** What the database account must be allowed, by table. */
export type Rights = Map<string, Set<string>>;

const VERBS: Readonly<Record<string, string>> = { insert: "INSERT", update: "UPDATE", delete: "DELETE" };

/** The writes of a resource's own files, and of those of VICIdial's dialler that they import. */
export function rightsOf(folders: readonly string[]): Rights {
  const rights: Rights = new Map();
  const allow = (table: string, verb: string): void => {
    rights.set(table, (rights.get(table) ?? new Set()).add(verb));
  };
  const files = folders.flatMap(filesOf);
  const below = files.flatMap(importsOf).filter((file) => file.includes("/vicidial/dialler/"));
  for (const file of new Set([...files, ...below])) {
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
        const { name, expression } = node.expression;
        const verb = VERBS[name.text];
        if (verb !== undefined && expression.getText() === "change")
          for (const table of tablesOf(node.arguments[0], file)) allow(table, verb);
        if (name.text === "flagRebuild") allow("servers", "UPDATE (rebuild_conf_files)");
      }
      ts.forEachChild(node, visit);
    };
    visit(sourceOf(file));
  }
  return rights;
}

/** The tables that an argument may name: a text, a constant, or the items of a constant list that a loop goes through. */
function tablesOf(argument: ts.Expression | undefined, file: string): string[] {
  if (argument === undefined) return [];
  if (ts.isStringLiteral(argument)) return [argument.text];
  if (!ts.isIdentifier(argument)) return [];
  for (const at of [file, ...importsOf(file)]) {
    const texts = constantTexts(at, argument.text);
    if (texts.length > 0) return texts;
  }
  for (let scope: ts.Node = argument; !ts.isSourceFile(scope); scope = scope.parent) {
    if (!ts.isForOfStatement(scope)) continue;
    const first = /^\w+/.exec(scope.expression.getText())?.[0];
    if (first !== undefined) return constantTexts(file, first);
  }
  return [];
}

/** The names of tables in a constant of a file. */
function constantTexts(file: string, name: string): string[] {
  const texts: string[] = [];
  const collect = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) && /^(?:vicidial_\w+|phones|servers)$/.test(node.text)) texts.push(node.text);
    else ts.forEachChild(node, collect);
  };
  for (const statement of sourceOf(file).statements)
    if (ts.isVariableStatement(statement))
      for (const { name: declared, initializer } of statement.declarationList.declarations)
        if (declared.getText() === name && initializer) collect(initializer);
  return texts;
}

/** The files of this repository that a file imports. */
function importsOf(file: string): string[] {
  return sourceOf(file).statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) return [];
    const { text } = statement.moduleSpecifier;
    const target = normalize(join(dirname(file), `${text}.ts`));
    return text.startsWith(".") && existsSync(join(ROOT, target)) ? [target] : [];
  });
}
