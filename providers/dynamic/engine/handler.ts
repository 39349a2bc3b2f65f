import { Refusal } from "../../../core/refusal";
import { check } from "./check";
import { diff } from "./diff";
import { Failure, type Remains, textOf } from "./failure";
import { type JsonObject, jsonObject } from "./json";
import { HalfDone, type Resource, type State } from "../resource";
import { leaves, scrub } from "../../../core/scrub";
import type { StackSettings } from "./settings";
import { remembered, version } from "./memory";
import { inputNames } from "../../../core/schema/shape";
import type { ProviderMethods } from "./shim";

/** Marks an object whose last `create` or `update` ended in a {@link HalfDone}. The engine hides keys that begin with `__`. */
const UNFINISHED = "__unfinished";
/** The serialised shim: every set of properties has it, and a resource never sees it. */
const PROVIDER = "__provider";

/** A kind of resource joined to its outside system: what a registry holds. */
export interface Bound {
  readonly kind: string;
  /** The methods that the engine calls, over the given settings. */
  methods(settings: StackSettings): ProviderMethods;
}

/**
 * Joins a definition to its outside system. `connect` is called at remote operations only, never for `check` or `diff`, so
 * that a preview needs no credentials; it hands out the same system for the same settings.
 */
export function bind<Wanted extends object, Computed extends object, System>(
  definition: Resource<Wanted, Computed, System>,
  connect: (settings: StackSettings) => System | Promise<System>,
): Bound {
  return {
    kind: definition.kind,
    methods: (settings) => new Handler(definition, async () => connect(settings), settings).methods,
  };
}

/** Translates between the engine's protocol and one resource definition. */
class Handler<Wanted extends object, Computed extends object, System> {
  constructor(
    private readonly definition: Resource<Wanted, Computed, System>,
    private readonly system: () => Promise<System>,
    private readonly settings: StackSettings,
  ) {}

  readonly methods: ProviderMethods = {
    check: (olds: JsonObject, news: JsonObject) =>
      this.guarded("check", [olds, news], () => {
        const { inputs, failures } = check(this.definition, own(news));
        const told = failures.map(({ property, reason }) => ({
          property,
          reason: this.scrubbed(reason, [olds, news]),
        }));
        return { inputs: { ...inputs, ...provider(news) }, failures: told };
      }),

    diff: (_id, olds: JsonObject, news: JsonObject) =>
      this.guarded("diff", [olds, news], () => diff(this.definition.identity, own(olds), own(news))),

    create: (news: JsonObject) =>
      this.guarded(
        "create",
        [news],
        () => this.create(own(news)),
        (half) => ({
          id: half.id,
          properties: { ...own(news), ...this.remains(half, news) },
        }),
      ),

    update: (id, olds: JsonObject, news: JsonObject) =>
      this.guarded(
        `update of ${id}`,
        [olds, news],
        () => this.update(id, olds, own(news)),
        (half) => ({
          id,
          properties: { ...remembered(this.definition, id, olds), ...this.remains(half, news) },
        }),
      ),

    read: (id, props: JsonObject) =>
      this.guarded(`read of ${id}`, [props], async () => {
        const live = await this.read(id, props);
        return live === undefined ? {} : { id, ...live };
      }),

    delete: (id, props: JsonObject) =>
      this.guarded(`delete of ${id}`, [props], async () =>
        this.definition.delete(this.state(id, props), await this.system()),
      ),
  };

  private async create(inputs: JsonObject): Promise<{ id: string; outs: JsonObject }> {
    const made = await this.definition.create(inputs as Wanted, await this.system());
    const id = idOf(made);
    try {
      return { id, outs: jsonObject({ ...inputs, ...made, id: undefined, ...version(this.definition) }) };
    } catch (thrown) {
      throw new HalfDone(textOf(thrown), id, {});
    }
  }

  private async update(id: string, olds: JsonObject, inputs: JsonObject): Promise<{ outs: JsonObject }> {
    let properties = olds;
    if (olds[UNFINISHED] === true) {
      const live = await this.read(id, olds);
      if (live === undefined) return this.createAgain(id, inputs);
      properties = live.props;
    }
    const state = this.state(id, properties);
    const outputs = await this.definition.update(state, inputs as Wanted, await this.system());
    const kept = Object.entries(state).filter(([name]) => name in this.definition.memory.shape);
    return {
      outs: jsonObject({ ...Object.fromEntries(kept), ...inputs, ...outputs, ...version(this.definition) }),
    };
  }

  private remains(half: HalfDone, news: JsonObject): JsonObject {
    return { ...jsonObject(half.computed), ...version(this.definition), [UNFINISHED]: true, ...provider(news) };
  }

  private async createAgain(id: string, inputs: JsonObject): Promise<{ outs: JsonObject }> {
    const made = await this.create(inputs);
    if (made.id !== id) throw new TypeError(`${this.definition.kind} ${id} came back as ${made.id}`);
    return { outs: made.outs };
  }

  /** What is live in the shape of the state, or `undefined` when the object is gone. */
  private async read(id: string, olds: JsonObject): Promise<{ props: JsonObject; inputs: JsonObject } | undefined> {
    const state = this.state(id, olds);
    const live = await this.definition.read(state, await this.system());
    if (live === undefined) return undefined;
    const names = inputNames(this.definition.schema);
    const managed = ([name]: [string, unknown]) => name in state && names.includes(name);
    const found = Object.fromEntries(Object.entries(live.inputs).filter(managed));
    const props = jsonObject({ ...state, id: undefined, ...found, ...live.computed, ...version(this.definition) });
    return { props, inputs: Object.fromEntries(Object.entries(props).filter(managed)) };
  }

  private state(id: string, properties: JsonObject): State<Wanted, Computed> {
    return { ...remembered(this.definition, id, properties), id } as unknown as State<Wanted, Computed>;
  }

  /** Runs one operation; whatever it throws becomes a Failure whose text is free of secrets. */
  private async guarded<T>(
    operation: string,
    seen: readonly JsonObject[],
    work: () => T | Promise<T>,
    remains?: (half: HalfDone) => Remains,
  ): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      const half = thrown instanceof HalfDone ? thrown : undefined;
      const what = `${this.definition.kind} ${operation}`;
      const text = thrown instanceof Refusal ? thrown.message : `${what}: ${textOf(thrown)}`;
      const trace = thrown instanceof Error && process.env.VOICEBRIDGE_DEBUG ? (thrown.stack ?? "") : "";
      const known = half === undefined ? seen : [...seen, half.computed];
      const [safeWhat, safeText, safeTrace] = [what, text, trace].map((line) => this.scrubbed(line, known));
      throw new Failure(safeWhat ?? "", safeText ?? "", half && remains?.(half), safeTrace);
    }
  }

  private scrubbed(text: string, seen: readonly JsonObject[]): string {
    const values = seen.flatMap((properties) => this.definition.secrets.flatMap((name) => leaves(properties[name])));
    return scrub(text, [...values, ...this.settings.secrets]);
  }
}

/**
 * The protocol turns an id that is no text into an empty one, and the engine would forget the object
 * (docs/facts/pulumi.md#create-and-update).
 */
function idOf({ id }: { id: unknown }): string {
  if (typeof id === "number") return id.toString();
  if (typeof id === "string" && id !== "") return id;
  throw new TypeError("create gave no id");
}

/** The properties that belong to the resource. */
function own(properties: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !name.startsWith("__")));
}

function provider(properties: JsonObject): JsonObject {
  return PROVIDER in properties ? { [PROVIDER]: properties[PROVIDER] ?? null } : {};
}
