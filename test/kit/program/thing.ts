import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { HalfDone, resource, type Settings } from "../../../providers/dynamic/resource";
import { Refusal } from "../../../core/refusal";
import { says } from "../../../core/schema/problems";

/** What a thing looks like in the file: the resource under test is file-backed, so that its tests need only the CLI. */
const storedThing = z.object({
  name: z.string(),
  size: z.number(),
  colour: z.string(),
  tags: z.array(z.string()),
  secret: z.string(),
  owner: z.string(),
});
export type StoredThing = z.infer<typeof storedThing>;

/** Columns by name, as in the file. */
export const thingFile = z.record(z.string(), storedThing);

/** A whole "database" of things, kept in one JSON file (setting `test:file`). */
export class ThingStore {
  constructor(private readonly file: string) {}

  all(): Record<string, StoredThing> {
    return thingFile.parse(JSON.parse(readFileSync(this.file, "utf8")));
  }

  write(name: string, thing: StoredThing | undefined): void {
    const { [name]: _previous, ...others } = this.all();
    const things = thing === undefined ? others : { ...others, [name]: thing };
    writeFileSync(`${this.file}.new`, JSON.stringify(things, undefined, 1));
    renameSync(`${this.file}.new`, this.file);
  }
}

export function connectThings(settings: Settings): ThingStore {
  const file = settings.get("test:file");
  if (file === undefined) throw new Refusal({ field: "test:file", rule: "no file is set", fix: "set TEST_FILE" });
  return new ThingStore(file);
}

const thingSchema = z.strictObject({
  /** Names the thing. Lower case. */
  name: z.string().min(2).toLowerCase(),
  size: z.int().min(1).max(255).default(1),
  colour: z.enum(["red", "green", "blue"]).default("red"),
  tags: z
    .array(z.string().regex(/^[a-z]+$/, says("tags are lower-case words", "take another word")))
    .transform((tags) => [...tags].sort())
    .default([]),
  /** Written, never read back in clear. */
  secret: z.string().min(8).optional(),
  adopt: z.boolean().default(false),
  /** Makes the next write of the thing fail half-way, once, at this point. For the tests of partial failure. */
  breaks: z.enum(["create", "update", "refuse"]).optional(),
});
export type Wanted = z.output<typeof thingSchema>;
const thingMemory = z.object({
  /** Who made the thing. */
  owner: z.string().default(""),
  /** Made at creation. */
  password: z.string().default(""),
});
type Computed = z.infer<typeof thingMemory>;

const OURS = "us";

function stored({ name, size, colour, tags, secret }: Wanted): StoredThing {
  return { name, size, colour, tags, secret: secret ?? "", owner: OURS };
}

/** A file-backed stand-in for a row of a database: everything that a resource does, in one screen. */
export const thing = resource<ThingStore>()({
  kind: "test:Thing",
  schema: thingSchema,
  memory: thingMemory,
  identity: ["name"],
  secrets: ["secret", "password"],

  create(wanted: Wanted, store: ThingStore): Promise<Computed & { id: string }> {
    const { name } = wanted;
    const present = store.all()[name];
    if (present !== undefined && !wanted.adopt) {
      throw new Refusal({
        field: "name",
        value: name,
        rule: `a thing of ${present.owner} has this name`,
        fix: "set `adopt: true`",
      });
    }
    const computed = { owner: OURS, password: `pw-${name}-generated` };
    if (wanted.breaks === "refuse")
      throw new Error(`cannot write "${wanted.secret ?? ""}" (${computed.password.slice(0, 2)})`);
    if (wanted.breaks === "create") {
      store.write(name, { ...stored(wanted), size: 0 });
      throw new HalfDone(`the connection broke while writing ${wanted.secret ?? ""}`, name, computed);
    }
    store.write(name, stored(wanted));
    return Promise.resolve({ id: name, ...computed });
  },

  read(state, store: ThingStore) {
    const found = store.all()[state.id];
    if (found === undefined) return Promise.resolve(undefined);
    const { size, colour, tags } = found;
    return Promise.resolve({
      inputs: { name: found.name, size, colour: colour as Wanted["colour"], tags },
      computed: { owner: found.owner },
    });
  },

  update(state, wanted: Wanted, store: ThingStore): Promise<Computed> {
    const found = store.all()[state.id];
    if (found === undefined)
      throw new Refusal({ field: "name", value: state.id, rule: "it is gone", fix: "run `pulumi refresh`" });
    for (const field of ["size", "colour", "tags"] as const) {
      const live = JSON.stringify(found[field]);
      if (live === JSON.stringify(state[field]) || live === JSON.stringify(wanted[field])) continue;
      throw new Refusal({
        field,
        value: found[field],
        rule: `${found.owner} changed it since the last refresh`,
        fix: "run `pulumi refresh`",
      });
    }
    if (wanted.breaks === "update") {
      store.write(state.id, { ...found, size: wanted.size });
      throw new HalfDone("the connection broke half-way", state.id, { owner: OURS });
    }
    store.write(state.id, { ...stored(wanted), owner: OURS });
    return Promise.resolve({ owner: OURS, password: state.password });
  },

  delete(state, store: ThingStore): Promise<void> {
    store.write(state.id, undefined);
    return Promise.resolve();
  },
});
