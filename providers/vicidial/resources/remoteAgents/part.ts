import { z } from "zod";
import { HalfDone, type Resource, type State } from "../../../dynamic/resource";
import type { Place } from "./layout";
import type { RemoteAgents } from "./schema";
import type { Vicidial } from "../../session";

const fields = z.record(z.string(), z.json());
type Fields = z.infer<typeof fields>;

/** What is remembered of one part of a block. */
export const partState = z.object({
  id: z.string(),
  /** What the part's own resource computed. */
  computed: fields,
  /** What it held at the last look that is not as declared. Absent after an `up`. */
  drift: fields.exactOptional(),
});
export type PartState = z.infer<typeof partState>;

/** One of the two things that a block consists of: its users, and its remote agent. */
export interface Part {
  /** Creates it, or brings it from how it was last seen to `wanted`. What remains of a failure is handed to `keep`. */
  put(vicidial: Vicidial, from: Seen | undefined, to: Declared, keep: (state: PartState) => void): Promise<PartState>;
  /** What differs from the declaration; `undefined` when it is gone. */
  look(vicidial: Vicidial, seen: Seen): Promise<Looked | undefined>;
  drop(vicidial: Vicidial, seen: Seen): Promise<void>;
  /** The declaration in the part's own terms. */
  declared(to: Declared): Fields;
}

/** A declaration and the place that it holds for. */
export interface Declared {
  wanted: RemoteAgents;
  place: Place;
}

/** A part as it was last seen. */
interface Seen extends Declared {
  state: PartState;
}

export interface Looked {
  inputs: Fields;
  computed: Fields;
}

/** Turns a resource of its own into a part: same rules, same drain, same messages. */
export function part<Wanted extends object, Computed extends object>(
  definition: Resource<Wanted, Computed, Vicidial>,
  inputs: (declared: Declared) => unknown,
): Part {
  const wantedOf = (declared: Declared) => definition.schema.parse(inputs(declared));
  const known = (seen: Seen) =>
    ({ ...wantedOf(seen), ...seen.state.drift, ...seen.state.computed, id: seen.state.id }) as State<Wanted, Computed>;
  return {
    declared: (to) => wantedOf(to) as Fields,

    async put(vicidial, from, to, keep) {
      try {
        if (from !== undefined) {
          const computed = await definition.update(known(from), wantedOf(to), vicidial);
          return { id: from.state.id, computed: computed as Fields };
        }
        const { id, ...computed } = await definition.create(wantedOf(to), vicidial);
        return { id, computed: computed as Fields };
      } catch (thrown) {
        if (thrown instanceof HalfDone)
          keep({ id: thrown.id, computed: { ...from?.state.computed, ...thrown.computed } });
        throw thrown;
      }
    },

    async look(vicidial, seen) {
      const live = await definition.read(known(seen), vicidial);
      if (live === undefined) return undefined;
      return {
        inputs: { ...wantedOf(seen), ...live.inputs } as Fields,
        computed: { ...seen.state.computed, ...live.computed },
      };
    },

    async drop(vicidial, seen) {
      await definition.delete(known(seen), vicidial);
    },
  };
}
