/** `pulumi new <template>` as an operator runs it, with the packed package in the place of the published one. */
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { version } from "../../package.json";
import { repository } from "../kit/files";
import { packed, UserFolder } from "../kit/packed";

jest.setTimeout(300_000);

const user = new UserFolder();
afterAll(() => user.remove());
const settings = ["vicidial:host=10.0.0.5", "vicidial:password=of-the-database", "sigmamind:apiKey=a-key-of-sigmamind"];

const written = {
  yaml: (project: string) => {
    const file = join(project, "Pulumi.production.yaml");
    const stack = parse(readFileSync(file, "utf8")) as { config: object };
    const [, example = ""] = /```yaml\n([^]*?)```/.exec(readFileSync(join(project, "README.md"), "utf8")) ?? [];
    const { config } = parse(example) as { config: object };
    writeFileSync(file, stringify({ ...stack, config: { ...stack.config, ...config } }));
  },
  typescript: (project: string) => {
    const file = join(project, "index.ts");
    writeFileSync(file, readFileSync(file, "utf8").replace(/^( *)\/\/ (?=\{ name: "denver")/m, "$1"));
  },
};

test.each(["yaml", "typescript"] as const)("templates/%s makes a project that works", async (kind) => {
  const template = join(user.root, "templates", kind);
  cpSync(join(repository, "templates", kind), template, { recursive: true });
  const manifest = join(template, "package.json");
  const text = readFileSync(manifest, "utf8");
  expect(text).toContain(`"voice-ai-bridges": "^${version}"`);
  writeFileSync(manifest, text.replace(`"^${version}"`, JSON.stringify(`file:${await packed()}`)));

  const project = join(user.root, kind);
  const config = settings.flatMap((setting) => ["--config", setting]);
  const where = ["--dir", project, "--name", `site-${kind}`, "--stack", "production", "--yes"];
  await user.must("pulumi", ["new", template, ...where, ...config]);
  expect(readdirSync(project)).toEqual(
    expect.arrayContaining(["Pulumi.production.yaml", "node_modules", ".gitignore"]),
  );
  expect(readFileSync(join(project, "package.json"), "utf8")).toContain(`"name": "site-${kind}"`);

  const empty = await user.must("pulumi", ["preview"], { below: kind });
  expect(empty).toMatch(/\+ 1 to create/);
  written[kind](project);
  const full = await user.must("pulumi", ["preview"], { below: kind });
  expect(full).toMatch(/\+ 8 to create/);
  expect(empty + full).not.toMatch(/warning|error/i);
});
