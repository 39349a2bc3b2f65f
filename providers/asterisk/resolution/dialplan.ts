import { matches, parsePattern, type Pattern } from "./pattern";
import { compareSpecificity } from "./specificity";
import type { DialplanLine } from "./parse";

/** A priority of a loaded extension, and whose text brought it. */
interface LoadedPriority<Owner> {
  priority: number | "hint";
  owner: Owner;
  /** The extension as this owner wrote it. */
  written: string;
  step: Pick<DialplanLine, "application" | "data" | "label">;
}

/** An extension as Asterisk holds it: possibly put together from several texts. */
export interface LoadedExtension<Owner> {
  context: string;
  pattern: Pattern;
  /** Holds only for calls with this caller id. */
  callerId?: string;
  priorities: LoadedPriority<Owner>[];
  /** Definitions that came second and were refused, with the owner whose definition stands. */
  refused: (Omit<LoadedPriority<Owner>, "step"> & { standing: Owner })[];
}

/**
 * Contexts as Asterisk builds them from texts in file order. `Owner` says whose text a line is from: a carrier, a phone, VICIdial.
 *
 * The first definition of (extension, priority) stands; a later one is refused with a warning. Priorities that the first
 * text lacks are appended to it, from whoever brings them (docs/facts/asterisk.md#the-first-definition-stays).
 */
export class Dialplan<Owner> {
  private readonly contexts = new Map<string, { extensions: LoadedExtension<Owner>[]; includes: string[] }>();

  /** Each extension stands on many lines; it is read once. */
  private readonly patterns = new Map<string, Pattern>();

  add(line: Omit<DialplanLine, "line">, owner: Owner): void {
    const { context, extension, callerId, priority, ...step } = line;
    const pattern = this.pattern(extension);
    const { extensions } = this.open(context);
    const at = placeOf({ pattern, callerId }, extensions);
    let loaded = extensions[at];
    if (!loaded || compare(loaded, { pattern, callerId }) !== 0) {
      loaded = { context, pattern, ...(callerId === undefined ? {} : { callerId }), priorities: [], refused: [] };
      extensions.splice(at, 0, loaded);
    }
    const standing = loaded.priorities.find((one) => one.priority === priority);
    if (standing) loaded.refused.push({ priority, owner, written: pattern.text, standing: standing.owner });
    else loaded.priorities.push({ priority, owner, written: pattern.text, step });
  }

  include(context: string, included: string): void {
    this.open(context).includes.push(included);
  }

  /**
   * Extensions that a dial string fits from this context on, in the order in which Asterisk tries them: the context's own by
   * specificity, then each include in turn, a context never twice. Lines for certain callers only are left out, because
   * the caller of a future call is not known. The first is what `dialplan show <exten>@<context>` shows first.
   */
  find(context: string, dialString: string): LoadedExtension<Owner>[] {
    return this.searched(context).flatMap((name) =>
      this.extensionsOf(name).filter((one) => isForAll(one) && matches(one.pattern, dialString)),
    );
  }

  /** The contexts that Asterisk looks into from this one on, in its order: itself, then each include in turn. */
  searched(context: string, seen = new Set<string>()): string[] {
    // Context names are compared without case.
    const name = context.toLowerCase();
    const contents = this.contexts.get(name);
    if (!contents || seen.has(name)) return [];
    seen.add(name);
    return [name, ...contents.includes.flatMap((included) => this.searched(included, seen))];
  }

  /** Extensions of one context, in Asterisk's order. */
  extensionsOf(context: string): readonly LoadedExtension<Owner>[] {
    return this.contexts.get(context.toLowerCase())?.extensions ?? [];
  }

  private pattern(extension: string): Pattern {
    const pattern = this.patterns.get(extension) ?? parsePattern(extension);
    this.patterns.set(extension, pattern);
    return pattern;
  }

  private open(context: string) {
    const name = context.toLowerCase();
    const contents = this.contexts.get(name) ?? { extensions: [], includes: [] };
    this.contexts.set(name, contents);
    return contents;
  }
}

/** A call starts at priority 1; an extension that has only a hint or later priorities is passed over, one for certain callers by others. */
export function isForAll<Owner>({ callerId, priorities }: LoadedExtension<Owner>): boolean {
  return callerId === undefined && priorities.some(({ priority }) => priority === 1);
}

/** Index of the first extension that does not come before `wanted`: its own place, found or to be taken. */
function placeOf<Owner>(
  wanted: { pattern: Pattern; callerId?: string },
  sorted: readonly LoadedExtension<Owner>[],
): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    const one = sorted[middle];
    if (one && compare(one, wanted) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

// Of the same extension, the one for a certain caller is tried before the one for all.
function compare(
  left: { pattern: Pattern; callerId?: string },
  right: { pattern: Pattern; callerId?: string },
): number {
  const order = compareSpecificity(left.pattern, right.pattern);
  if (order !== 0 || left.callerId === right.callerId) return order;
  if (left.callerId === undefined) return 1;
  return right.callerId === undefined || left.callerId < right.callerId ? -1 : 1;
}
