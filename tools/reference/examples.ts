import ts from "typescript";
import { runInNewContext } from "node:vm";
import { stringify } from "yaml";
import { sourceOf } from "./comments";

/** The names that each entry of the package exports, for the imports of an example. */
const ENTRIES: readonly [entry: string, file: string][] = [
  ["voice-ai-bridges", "components/index.ts"],
  ["voice-ai-bridges/lab", "components/lab/index.ts"],
  ["voice-ai-bridges/asterisk", "providers/asterisk/index.ts"],
];

function exportedBy(file: string): string[] {
  const names: string[] = [];
  for (const statement of sourceOf(file).statements) {
    if (ts.isExportDeclaration(statement)) {
      const { exportClause, moduleSpecifier } = statement;
      if (exportClause && ts.isNamedExports(exportClause))
        names.push(...exportClause.elements.map((one) => one.name.text));
      else if (moduleSpecifier && ts.isStringLiteral(moduleSpecifier))
        names.push(...exportedBy(file.replace(/[^/]+$/, moduleSpecifier.text.replace(/^\.\//, "") + ".ts")));
    } else if (ts.isClassDeclaration(statement) && statement.name) names.push(statement.name.text);
  }
  return names;
}

/** An example as a whole program: what it uses is imported. */
export function programOf(example: string): string {
  const uses = (name: string): boolean => new RegExp(`(?<![.\\w"])${name}\\b(?!:)`).test(example);
  const imports = ENTRIES.flatMap(([entry, file]) => {
    const names = exportedBy(file).filter(uses).sort();
    return names.length === 0 ? [] : [`import { ${names.join(", ")} } from "${entry}";`];
  });
  if (uses("pulumi")) imports.unshift('import * as pulumi from "@pulumi/pulumi";');
  return `${imports.join("\n")}\n\n${example}`;
}

/** A program that declares one bridge, as the stack config that declares the same. */
export function yamlOf(example: string): string {
  const source = ts.createSourceFile("example.ts", example, ts.ScriptTarget.ES2022, true);
  const bridges: object[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && node.expression.getText() === "VoiceAiBridge") {
      const [name, args] = node.arguments ?? [];
      if (name === undefined || args === undefined) return;
      const value = valueOf(`{ name: ${name.getText()}, ...${args.getText()} }`) as object;
      bridges.push(value);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  const options = { defaultStringType: "PLAIN", lineWidth: 0 } as const;
  return stringify({ config: { "voice-ai-bridges:bridges": bridges } }, options).trimEnd();
}

/** The value that a text of the sources writes out: `@default 30`, `@example { inGroup: "SUPPORT" }`. */
export function valueOf(text: string): unknown {
  const value: unknown = runInNewContext(`(${text})`);
  return JSON.parse(JSON.stringify(value));
}
