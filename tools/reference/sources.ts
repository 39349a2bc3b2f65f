import { type Comment, schemaComments } from "./comments";

/** Where comments of arguments stand: the constant of a file, and below which argument they belong. */
export type CommentSource = readonly [file: string, constant: string, below?: string];

const PLAN = "components/plan";

/** The comments of a bridge's arguments, as YAML has them. */
export const BRIDGE_COMMENTS: readonly CommentSource[] = [
  [`${PLAN}/stackPlan.ts`, "namedBridgeSchema"],
  [`${PLAN}/bridgeSchema.ts`, "bridgeSchema"],
  [`${PLAN}/edgeSchema.ts`, "edgeSchema", "edge"],
  ["providers/vicidial/resources/campaign/campaign.ts", "campaignSchema", "campaign"],
];

/** The comments of all sources, by the path of the argument. */
export function commentsFrom(sources: readonly CommentSource[]): Map<string, Comment> {
  return new Map(
    sources.flatMap(([file, constant, below]) =>
      [...schemaComments(file, constant)].map(([path, comment]): [string, Comment] => [
        below === undefined ? path : `${below}.${path}`,
        comment,
      ]),
    ),
  );
}
