import type { z } from "zod";
import { inputNames } from "../../core/schema/shape";
import { type Comment, inlineMembers, type Member, membersOf } from "./comments";
import { saidOf } from "./refusals";
import { type CommentSource, commentsFrom } from "./sources";
import { fieldOf, type Subject } from "./subjects";
import { isRequired, objectsIn, propertiesOf, type Shape, shapeOf, typeOf } from "./types";

/** One argument or output of a page, nested ones by their path: `amd.onMachine`. */
export interface Argument {
  path: string;
  type: string;
  required: boolean;
  comment?: Comment;
  /** What the schema says of other values. */
  refused: string[];
}

/** The arguments that a schema takes, each nested one behind the one that holds it. */
export function schemaArguments(schema: z.ZodType, sources: readonly CommentSource[]): Argument[] {
  const comments = commentsFrom(sources);
  const whole = shapeOf(schema);
  const [object] = objectsIn(whole);
  return inputNames(schema).flatMap((name) => {
    const shape = propertiesOf(object ?? {})[name] ?? {};
    const field = fieldOf(schema, name);
    const required = object !== undefined && isRequired(object, name);
    return argumentsIn(name, shape, required, comments, saidOf(field, shape));
  });
}

function argumentsIn(
  path: string,
  shape: Shape,
  required: boolean,
  comments: ReadonlyMap<string, Comment>,
  refused: string[],
): Argument[] {
  const comment = comments.get(path);
  const nested = objectsIn(shape).flatMap((object) =>
    Object.entries(propertiesOf(object)).flatMap(([name, inner]) => {
      const below = argumentsIn(`${path}.${name}`, inner, isRequired(object, name), comments, []);
      // What has no comment of its own is told by the comment of what holds it: `trunkCredentials`, `fallback`.
      return below.filter((one) => one.comment !== undefined);
    }),
  );
  return [{ path, type: typeOf(shape), required, ...(comment && { comment }), refused }, ...nested];
}

/** Where an interface's member leads to another one. */
export type Nested = Readonly<Record<string, readonly [file: string, name: string]>>;

/** The arguments that an interface declares; `nested` says where the types of its members stand. */
export function interfaceArguments(file: string, name: string, nested: Nested = {}, below = ""): Argument[] {
  return [...membersOf(file, name)].flatMap(([member, said]) => {
    const path = below === "" ? member : `${below}.${member}`;
    const [innerFile, innerName] = nested[path] ?? [];
    const inner =
      innerFile !== undefined && innerName !== undefined
        ? interfaceArguments(innerFile, innerName, nested, path)
        : [...inlineMembers(file, name, member)].map(([one, of]) => argumentOf(`${path}.${one}`, of));
    return [argumentOf(path, said), ...inner];
  });
}

function argumentOf(path: string, { comment, type = "unknown", optional }: Member): Argument {
  return { path, type, required: !optional, ...(comment && { comment }), refused: [] };
}

/** What a resource computes. */
export function outputsOf({ memory, memoryComments }: Pick<Subject, "memory" | "memoryComments">): Argument[] {
  const comments = commentsFrom([memoryComments]);
  return Object.entries(propertiesOf(shapeOf(memory, "output"))).map(([path, shape]) => {
    const comment = comments.get(path);
    return { path, type: typeOf(shape), required: true, ...(comment && { comment }), refused: [] };
  });
}
