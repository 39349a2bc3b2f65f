import { appendFileSync } from "node:fs";
import { z } from "zod";
import { HalfDone, resource, type Settings } from "../../../providers/dynamic/resource";

export const oddSchema = z.strictObject({
  /** What the author of this resource does wrong. */
  does: z.enum(["number id", "no id", "undefined output", "date output", "leak", "half", "nothing"]).default("nothing"),
  secret: z.string().optional(),
  list: z.array(z.number()).default([]),
});
const oddMemory = z.object({ made: z.string().optional(), at: z.string().default("") });

/** Notes each connection in a file (setting `test:connections`), to count them. */
export function connectOdd(settings: Settings): Settings {
  const file = settings.get("test:connections");
  if (file !== undefined) appendFileSync(file, "connected\n");
  return settings;
}

/** A resource whose author makes the mistakes that the layer is there for. */
export const odd = resource<Settings>()({
  kind: "test:Odd",
  schema: oddSchema,
  memory: oddMemory,
  identity: [],
  secrets: ["secret"],

  create(wanted, settings) {
    const made = { id: "odd-1", made: "here", at: "now" };
    switch (wanted.does) {
      case "number id":
        return Promise.resolve({ ...made, id: 17 as unknown as string });
      case "no id":
        return Promise.resolve({ ...made, id: "" });
      case "undefined output":
        return Promise.resolve({ ...made, made: undefined });
      case "date output":
        return Promise.resolve({ ...made, at: new Date(0) as unknown as string });
      case "leak":
        throw new Error(`401 for ${wanted.secret ?? ""} with ${settings.get("test:apiKey") ?? ""}`, {
          cause: new Error(`Authorization: Basic ${Buffer.from(wanted.secret ?? "").toString("base64")}`),
        });
      case "half":
        throw new HalfDone(`wrote ${wanted.secret ?? ""} and lost the connection`, "odd-1", { made: "half" });
      case "nothing":
        return Promise.resolve(made);
    }
  },
  read: () => Promise.reject(new Error("connect ECONNREFUSED 127.0.0.1:3306")),
  update: () => Promise.resolve({ made: "again", at: "later" }),
  delete: () => Promise.resolve(),
});
