import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inputNames } from "../../core/schema/shape";
import { edgeSchema } from "../../components/plan/edgeSchema";
import { namedBridgeSchema } from "../../components/plan/stackPlan";
import { leadSchema } from "../../providers/vicidial/resources/list/schema";
import { toRow } from "../../providers/vicidial/resources/remoteAgent/rows";
import { remoteAgentSchema } from "../../providers/vicidial/resources/remoteAgent/schema";
import { type Argument, outputsOf, schemaArguments } from "./arguments";
import { membersOf, ROOT } from "./comments";
import { valueOf } from "./examples";
import { bridgeArguments, edgeArguments, labArguments } from "./pages";
import { referenceFiles } from "./reference";
import { rightsOf } from "./rights";
import { rulesOf } from "./refusals";
import { fieldOf, OWN_ARGUMENTS, SUBJECTS } from "./subjects";

const FOLDER = join(ROOT, "docs", "reference");
const pages = referenceFiles();

test("docs/reference is what `npm run reference` writes", () => {
  expect(readdirSync(FOLDER).sort()).toEqual([...pages.keys()].sort());
  for (const [name, text] of pages)
    expect({ name, text: readFileSync(join(FOLDER, name), "utf8") }).toEqual({ name, text });
});

test("every class of a resource has a page", () => {
  const classes = readFileSync(join(ROOT, "components/resources.ts"), "utf8").matchAll(/export class (\w+)/g);
  expect([...classes].map(([, name]) => name).sort()).toEqual(SUBJECTS.map(({ className }) => className).sort());
});

const schemas: [name: string, args: Argument[], schema: Parameters<typeof fieldOf>[0]][] = [
  ...SUBJECTS.map(({ className, schema, comments }) => [className, schemaArguments(schema, comments), schema] as const),
  ["VoiceAiBridge", bridgeArguments(), namedBridgeSchema] as const,
  ["SipEdge", edgeArguments(), edgeSchema] as const,
].map(([name, args, schema]) => [name, args, schema]);

describe.each(schemas)("the comments of %s", (_name, args, schema) => {
  test("say of every argument what it means", () => {
    expect(args.map(({ path }) => path)).toEqual(
      expect.arrayContaining(inputNames(schema).filter((one) => one !== "name" || schema !== namedBridgeSchema)),
    );
    for (const { path, comment } of args)
      expect({ path, text: comment?.text ?? "" }).toMatchObject({
        path,
        text: expect.stringMatching(/\w{3}/) as string,
      });
  });

  test("say what stands where an argument is left out", () => {
    const optional = args.filter(({ path, required }) => !required && !path.startsWith("transform."));
    const silent = optional.filter(({ comment }) => !comment?.default);
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  test("have the schema's own defaults", () => {
    for (const name of inputNames(schema)) {
      const left = fieldOf(schema, name).safeParse(undefined);
      if (!left.success || left.data === undefined || name === "edge") continue;
      const said = args.find(({ path }) => path === name)?.comment?.default ?? "";
      const own = JSON.stringify(left.data);
      expect({ name, default: said.slice(0, own.length) }).toEqual({ name, default: own });
    }
  });

  test("have examples that the schema takes", () => {
    for (const name of inputNames(schema)) {
      for (const example of args.find(({ path }) => path === name)?.comment?.examples ?? [])
        expect({ name, example, ...fieldOf(schema, name).safeParse(valueOf(example)) }).toMatchObject({
          name,
          success: true,
        });
    }
  });
});

test("a lead's examples are leads", () => {
  const { comments } = SUBJECTS.find(({ className }) => className === "VicidialList")!;
  const list = SUBJECTS.find(({ className }) => className === "VicidialList")!;
  const fields = schemaArguments(list.schema, comments).filter(({ path }) => path.startsWith("leads."));
  expect(fields).toHaveLength(inputNames(leadSchema).length);
  for (const { path, comment } of fields) {
    const example = comment?.examples[0] ?? "undefined";
    expect({ path, ...fieldOf(leadSchema, path.slice("leads.".length)).safeParse(valueOf(example)) }).toMatchObject({
      path,
      success: true,
    });
  }
});

test("a lab's arguments and every output have a meaning", () => {
  const outputs = SUBJECTS.flatMap((subject) =>
    outputsOf(subject).map(({ path, comment }) => ({ path: `${subject.className}.${path}`, comment })),
  );
  expect(outputs.length).toBeGreaterThan(10);
  const parts = ["TestLab", "LabDatabase", "LabSigmaMind", "LabCalls"].map(
    (name) => ["components/lab/TestLab.ts", name] as const,
  );
  const members = [
    ...parts,
    ["components/VoiceAiBridge.ts", "VoiceAiBridge"] as const,
    ["components/SipEdge.ts", "SipEdge"] as const,
  ];
  const more = members.flatMap(([file, name]) =>
    [...membersOf(file, name)].map(([one, { comment }]) => ({ path: `${name}.${one}`, comment })),
  );
  const silent = [...labArguments(), ...outputs, ...more].filter(({ comment }) => !/\w{3}/.test(comment?.text ?? ""));
  expect(silent.map(({ path }) => path)).toEqual([]);
});

describe("VICIdial's columns", () => {
  const sql = ["1302", "1720"].flatMap((version) => {
    const folder = join(ROOT, "docker/database/sql", version);
    return readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
  });
  const known = new Set(sql.join("\n").match(/\w+/g));
  const vicidial = SUBJECTS.filter(({ kind }) => kind.startsWith("vicidial:"));
  const withoutColumn = [...OWN_ARGUMENTS, "leads"];

  test.each(vicidial.map((one) => [one.className, one] as const))(
    "%s names one behind every argument",
    (_name, { schema, comments }) => {
      for (const { path, comment } of schemaArguments(schema, comments)) {
        const named = [...(comment?.text ?? "").matchAll(/`([a-z][a-z0-9_]+)`/g)].map(([, name]) => name!);
        const columns = named.filter((name) => known.has(name));
        if (!withoutColumn.includes(path)) expect({ path, columns: columns.length }).not.toEqual({ path, columns: 0 });
        expect({
          path,
          unknown: named.filter((name) => name.includes("_") && !known.has(name) && name !== "voice_transfer_call"),
        }).toEqual({ path, unknown: [] });
      }
    },
  );
});

test("what drains is what a remote agent's row holds", () => {
  const { drains, identity } = SUBJECTS.find(({ className }) => className === "VicidialRemoteAgent")!;
  const own = { serverIp: "10.0.0.103", userStart: 7000, extension: "97", campaignId: "OTHER" };
  const other = { onHookRingSeconds: 16, extensionGroup: "OTHERS" };
  const rowWith = (change: object) => JSON.stringify(toRow(remoteAgentSchema.parse({ ...own, ...change })));
  const args = schemaArguments(remoteAgentSchema, [
    ["providers/vicidial/resources/remoteAgent/schema.ts", "remoteAgentSchema"],
  ]);
  const written = args
    .filter(({ path, comment }) => {
      const example = path in other ? other[path as keyof typeof other] : valueOf(comment?.examples[0] ?? "undefined");
      return !identity.includes(path) && rowWith({ [path]: example }) !== rowWith({});
    })
    .map(({ path }) => path);
  expect([...drains].sort()).toEqual(written.sort());
});

test("rules and rights are read from the sources", () => {
  const folder = "providers/vicidial/resources/settingsContainer";
  expect(rulesOf(folder)).toEqual([
    {
      field: "containerId",
      rule: "there is a settings container with this id already (…)",
      fix: "take it over with `adopt: true`, which puts its old text back on destroy, or delete it in Admin → Settings Containers",
    },
  ]);
  expect([...rightsOf([folder])]).toEqual([["vicidial_settings_containers", new Set(["INSERT", "UPDATE", "DELETE"])]]);
  expect(rightsOf(["providers/vicidial/resources/remoteAgent"]).get("vicidial_live_agents")).toEqual(
    new Set(["DELETE"]),
  );
});

test("a change of a bridge's argument is told by what its plan changes", () => {
  const page = pages.get("VoiceAiBridge.md") ?? "";
  const change = (name: string) =>
    new RegExp(`### \`${name}\`\\n(?:(?!\\n###)[\\s\\S])*?On change: (.*)`).exec(page)?.[1];
  expect(change("routeNumber")).toMatch(/^replaces .*SigmaMindSipNumber.*; drains and updates .*VicidialRemoteAgents/);
  expect(change("ringTimeout")).toBe("updates [VicidialCarrier](VicidialCarrier.md)");
});
