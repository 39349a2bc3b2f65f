import { join } from "node:path";
import ts from "typescript";
import { parse } from "yaml";
import { planContext } from "../../components/plan/context";
import { planStack } from "../../components/plan/stackPlan";
import { ROOT } from "./comments";
import { programOf, yamlOf } from "./examples";
import { referenceFiles } from "./reference";

interface Snippet {
  page: string;
  text: string;
}

/** The pages' snippets of one language under the heading Example. */
function snippets(language: string): Snippet[] {
  return [...referenceFiles()].flatMap(([page, text]) => {
    const example = /^## Example\n([\s\S]*?)^## /m.exec(text)?.[1] ?? "";
    return [...example.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map(([, inner]) => ({
      page,
      text: inner!,
    }));
  });
}

/** What TypeScript says of programs, each in a file of its own, against the sources. */
function complaints(programs: readonly Snippet[]): string[] {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(ROOT, "tsconfig.json"), (file) => ts.sys.readFile(file)).config,
    ts.sys,
    ROOT,
  );
  const files = new Map(programs.map(({ page, text }, at) => [join(ROOT, `reference-${at}-${page}.ts`), text]));
  const host = ts.createCompilerHost(options);
  const sourceOf = host.getSourceFile.bind(host);
  host.fileExists = (file) => files.has(file) || ts.sys.fileExists(file);
  host.readFile = (file) => files.get(file) ?? ts.sys.readFile(file);
  host.getSourceFile = (file, languageVersion, ...more) => {
    const text = files.get(file);
    return text === undefined
      ? sourceOf(file, languageVersion, ...more)
      : ts.createSourceFile(file, text, languageVersion);
  };
  const program = ts.createProgram(
    [...files.keys()],
    { ...options, incremental: false, tsBuildInfoFile: undefined },
    host,
  );
  return [...files.keys()].flatMap((file) => {
    const source = program.getSourceFile(file);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(
      ({ messageText }) => `${file.slice(ROOT.length + 1)}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
    );
  });
}

test("TypeScript examples compile against the sources", () => {
  const programs = snippets("ts");
  expect(new Set(programs.map(({ page }) => page)).size).toBe(
    [...referenceFiles().values()].filter((text) => text.includes("\n## Inputs\n")).length,
  );
  const wrong = { page: "wrong", text: programOf('new VoiceAiBridge("denver", { campaignId: 1 });') };
  const [first, ...others] = complaints([wrong, ...programs]);
  expect(first).toMatch(/^reference-0-wrong.ts: .*campaignId|agentId|not assignable/);
  expect(others).toEqual([]);
  // The compiler reads Pulumi's types: on a busy machine that takes longer than a unit test.
}, 180_000);

test("YAML examples are a stack's bridges", () => {
  const [stack, ...more] = snippets("yaml");
  expect(more).toEqual([]);
  const { config } = parse(stack!.text) as { config: Record<string, unknown> };
  const plans = planStack(config["voice-ai-bridges:bridges"], planContext({}));
  expect(plans.map(({ name, plan }) => [name, plan.remoteExtension])).toEqual([["denver", "979719895551234"]]);
});

test("a program's bridges become entries of the stack config", () => {
  const yaml = yamlOf(
    'const edge = 1;\nnew VoiceAiBridge("a", { campaignId: "A1", userStart: 70, diallers: ["10.0.0.1"] });',
  );
  expect(parse(yaml)).toEqual({
    config: { "voice-ai-bridges:bridges": [{ name: "a", campaignId: "A1", userStart: 70, diallers: ["10.0.0.1"] }] },
  });
});
