import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { commandLine } from "../../cli/main";
import { parts } from "../../tools/commands/test";
import { repository } from "../kit/files";

// What runs on GitHub cannot be run here; that it is what runs here, can be checked.
const text = (file: string) => readFileSync(join(repository, file), "utf8");
const files = (folder: string) => readdirSync(join(repository, folder)).map((name) => `${folder}/${name}`);
const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(text("package.json")));

const permissions = z.record(z.string(), z.enum(["read", "write", "none"]));
const step = z.union([
  z.strictObject({ run: z.string(), env: z.record(z.string(), z.string()).optional() }),
  z.strictObject({ uses: z.string(), with: z.record(z.string(), z.unknown()).optional() }),
]);
const workflow = z.strictObject({
  name: z.string(),
  on: z.record(z.string(), z.unknown()),
  permissions,
  concurrency: z.unknown().optional(),
  jobs: z.record(
    z.string(),
    z.looseObject({
      "runs-on": z.literal("ubuntu-24.04"),
      "timeout-minutes": z.int(),
      permissions: permissions.optional(),
      strategy: z.looseObject({ matrix: z.looseObject({ part: z.array(z.string()).optional() }) }).optional(),
      steps: z.array(step),
    }),
  ),
});
const workflows = files(".github/workflows").map((file) => ({ file, ...workflow.parse(parse(text(file))) }));
const runs = workflows.flatMap(({ file, jobs }) =>
  Object.values(jobs).flatMap(({ steps, strategy }) =>
    steps.flatMap((one) => ("run" in one ? [{ file, run: one.run, parts: strategy?.matrix.part ?? [] }] : [])),
  ),
);

test("the workflows that there should be", () => {
  expect(workflows.map(({ name }) => name).sort()).toEqual(["release", "scorecard", "test"]);
});

test("every step that runs something runs what runs here", () => {
  const publishing = [
    /^npm ci$/,
    /^npm publish --provenance --access public$/,
    /^gh release create "\$GITHUB_REF_NAME" /,
  ];
  const wrong = runs.filter(({ run }) => {
    const [, script] = /^npm (?:run (?:--silent )?)?([\w:]+)( |$)/.exec(run) ?? [];
    const ours = script !== undefined && script in scripts && !run.includes("\n") && !/[;&|`]/.test(run);
    return !ours && !publishing.some((one) => one.test(run));
  });
  expect(wrong).toEqual([]);
  expect(runs.length).toBeGreaterThan(5);
});

test("between them, the jobs run every part of `npm test`", () => {
  const run = runs.filter(({ file }) => file.endsWith("/test.yml"));
  expect(new Set(run.map((one) => one.run))).toEqual(new Set(["npm test -- --only ${{ matrix.part }}"]));
  expect(run.flatMap((one) => one.parts).sort()).toEqual([...parts].sort());
  for (const { run: line } of runs.filter((one) => one.run.startsWith("npm test -- --only ")))
    expect([...parts, "${{ matrix.part }}"]).toContain(line.replace("npm test -- --only ", ""));
});

test("actions are pinned to a commit, with its version beside it; a checkout keeps no credentials", () => {
  for (const { file, jobs } of workflows) {
    const uses = text(file)
      .split("\n")
      .filter((line) => line.includes("uses:"));
    for (const line of uses) expect(line).toMatch(/ uses: [\w-]+\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    for (const one of Object.values(jobs).flatMap(({ steps }) => steps))
      if ("uses" in one && one.uses.startsWith("actions/checkout@"))
        expect(one.with).toMatchObject({ "persist-credentials": false });
  }
});

test("no workflow may write by default; only the release may write contents", () => {
  for (const { permissions: all } of workflows) expect(all).toEqual({ contents: "read" });
  const writers = workflows.filter(({ jobs }) =>
    Object.values(jobs).some((job) => job.permissions?.contents === "write"),
  );
  expect(writers.map(({ name }) => name)).toEqual(["release"]);
});

describe("issue forms", () => {
  const form = z.strictObject({
    name: z.string(),
    description: z.string(),
    labels: z.array(z.string()),
    body: z.array(
      z.strictObject({
        type: z.enum(["textarea", "input", "markdown"]),
        id: z.string(),
        attributes: z.strictObject({
          label: z.string(),
          description: z.string().optional(),
          render: z.string().optional(),
        }),
        validations: z.strictObject({ required: z.boolean() }).optional(),
      }),
    ),
  });
  const forms = files(".github/ISSUE_TEMPLATE").filter((file) => !file.endsWith("/config.yml"));

  test.each(forms)("%s is a form, and names commands that there are", (file) => {
    const { body } = form.parse(parse(text(file)));
    expect(new Set(body.map(({ id }) => id)).size).toBe(body.length);
    const commands = commandLine({ cwd: "", env: {}, stdout: () => 0, stderr: () => 0 }, () => 0).commands;
    const options = new Map(commands.map((one) => [one.name(), one.options.map(({ long }) => long)]));
    for (const [, command = "", option] of text(file).matchAll(/voicebridge (?:-- )?(\w+) (?:<\w+> )?(--\w+)`/g))
      expect(options.get(command)).toContain(option);
  });

  test("a report of an error must say the versions", () => {
    const { body } = form.parse(parse(text(".github/ISSUE_TEMPLATE/bug.yml")));
    const about = body.find(({ id }) => id === "about");
    expect(about?.attributes.label).toContain("`npx voicebridge about --json`");
    expect(about?.validations).toEqual({ required: true });
  });

  test("links lead to this repository", () => {
    const { repository: { url } = { url: "" } } = JSON.parse(text("package.json")) as { repository?: { url: string } };
    const here = url.replace(/^git\+/, "").replace(/\.git$/, "");
    const links = [...text(".github/ISSUE_TEMPLATE/config.yml").matchAll(/url: (.*)$/gm)].map(([, link]) => link);
    expect(links.length).toBeGreaterThan(0);
    for (const link of links) {
      expect(link?.startsWith(`${here}/`)).toBe(true);
      const file = /\/blob\/main\/(.*)$/.exec(link ?? "")?.[1];
      if (file !== undefined) expect(existsSync(join(repository, file))).toBe(true);
    }
  });
});

test("dependency updates look where dependencies are", () => {
  const { updates } = z
    .object({ updates: z.array(z.object({ "package-ecosystem": z.string(), directory: z.string() })) })
    .parse(parse(text(".github/dependabot.yml")));
  expect(updates.map((one) => one["package-ecosystem"]).sort()).toEqual(["github-actions", "npm"]);
  for (const one of updates) expect(existsSync(join(repository, one.directory))).toBe(true);
});

test("owners own something that is there", () => {
  const lines = text(".github/CODEOWNERS")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  expect(lines[0]).toMatch(/^\* /);
  for (const line of lines) {
    const [path = "", ...owners] = line.split(/\s+/);
    if (path !== "*") expect(existsSync(join(repository, path))).toBe(true);
    for (const owner of owners) expect(owner).toMatch(/^@[\w-]+\/[\w-]+$/);
  }
});

test("the development container starts the lab", () => {
  const { postStartCommand, features } = z
    .object({ postStartCommand: z.string(), features: z.record(z.string(), z.unknown()) })
    .parse(JSON.parse(text(".devcontainer/devcontainer.json")));
  expect(postStartCommand).toBe("npm start");
  expect(scripts).toHaveProperty("start");
  expect(Object.keys(features).some((name) => name.includes("docker-in-docker:"))).toBe(true);
});
