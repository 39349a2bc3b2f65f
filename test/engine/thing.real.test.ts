import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { acceptance, type Args } from "../kit/acceptance";
import { type StoredThing, thingFile } from "../kit/program/thing";

/** The acceptance set itself, on a resource that needs only a file. */
acceptance(
  "Thing",
  (folder) => {
    const file = join(folder, "things.json");
    const read = () => thingFile.parse(JSON.parse(readFileSync(file, "utf8")));
    const write = (things: Record<string, StoredThing>) => writeFileSync(file, JSON.stringify(things));
    const edit = (part: Partial<StoredThing>) => (args: Args) => {
      const thing = read()[nameOf(args)]!;
      write({ ...read(), [thing.name]: { ...thing, ...part, owner: "someone else" } });
      return Promise.resolve();
    };
    const others: StoredThing = { name: "zz", size: 9, colour: "blue", tags: [], secret: "", owner: "others" };
    write({ zz: others });

    return Promise.resolve({
      class: "Thing",
      env: { TEST_FILE: file },
      base: (i) => ({ name: `Thing${i}`, size: 2, tags: ["one", "two"], secret: `hush-hush-${i}` }),
      changes: [
        { field: "size", to: 3 },
        { field: "colour", to: "green" },
        { field: "tags", to: ["three"] },
        { field: "tags", to: undefined },
        { field: "secret", to: "hush-hush-changed" },
        { field: "name", to: (i: number) => `other${i}`, replaces: true },
      ],
      columns: [
        { property: "size", change: edit({ size: 77 }) },
        { property: "colour", change: edit({ colour: "blue" }) },
        { property: "tags", change: edit({ tags: [] }) },
      ],
      conflict: {
        change: edit({ size: 78 }),
        message: "`size` 78: someone else changed it since the last refresh. Run `pulumi refresh`.",
      },
      stored: (args) => {
        const thing = read()[nameOf(args)];
        return Promise.resolve(thing && { name: thing.name, size: thing.size, colour: thing.colour, tags: thing.tags });
      },
      deleteByHand: (args) => {
        const { [nameOf(args)]: _gone, ...rest } = read();
        write(rest);
        return Promise.resolve();
      },
      adopt: {
        makeByHand: (args) => {
          write({ ...read(), [nameOf(args)]: { ...others, name: nameOf(args) } });
          return Promise.resolve();
        },
        refusal: "a thing of others has this name. Set `adopt: true`.",
      },
      badInputs: [
        { args: { size: 256 }, message: "property size value {256} has a problem: must be at most 255." },
        { args: { size: "2" }, message: "must be a number, not text. Write it without quotes." },
        { args: { name: undefined }, message: "`name`: is required. Give text." },
        { args: { colour: "yellow" }, message: 'must be one of "red", "green", "blue". Give one of these.' },
        { args: { tags: ["fine", "N0"] }, message: '`tags[1]` "N0": tags are lower-case words. Take another word.' },
        { args: { sise: 2 }, message: "has a problem: `sise`: there is no such input. Did you mean `size`?" },
        { args: { secret: "hush-hu" }, message: "has a problem: `secret`: must have at least 8 characters." },
        { args: { breaks: "refuse" }, message: 'test:Thing create: cannot write "[secret]"' },
      ],
      unknown: ["name", "size", "tags", "secret"],
      secrets: ["hush-hu", "-generated"],
      dump: () => Promise.resolve({ things: Object.values(read()).map((thing) => JSON.stringify(thing)) }),
    });
  },
  { things: true },
);

function nameOf(args: Args): string {
  return String(args.name).toLowerCase();
}
