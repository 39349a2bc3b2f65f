import { z } from "zod";
import { ApiError } from "./errors";
import type { Http } from "./http";

/** Asked for at once: no maximum is documented (docs/facts/sigmamind.md#paging). */
const SIZE = 100;
/** A list longer than this is not one that an operator keeps. */
const MOST_PAGES = 200;

/** One page: the items, and whether there are more. */
interface Page<T> {
  items: T[];
  more: boolean;
}

/**
 * The documented envelope with `totalCount` or `totalCounts`, or a bare array: the envelope of the list of numbers is not
 * documented (docs/facts/sigmamind.md#paging).
 */
function pageOf<T>(item: z.ZodType<T>): z.ZodType<Page<T>> {
  const envelope = z.object({
    data: z.array(item),
    page: z.number().nullish(),
    size: z.number().nullish(),
    totalCount: z.number().nullish(),
    totalCounts: z.number().nullish(),
    totalPages: z.number().nullish(),
    hasNext: z.boolean().nullish(),
  });
  return z.union([
    z.array(item).transform((items) => ({ items, more: false })),
    envelope.transform((body) => ({ items: body.data, more: hasMore(body) })),
  ]);
}

function hasMore(body: {
  data: readonly unknown[];
  page?: number | null;
  size?: number | null;
  totalCount?: number | null;
  totalCounts?: number | null;
  totalPages?: number | null;
  hasNext?: boolean | null;
}): boolean {
  const { data, page, hasNext, totalPages } = body;
  if (data.length === 0) return false;
  if (typeof hasNext === "boolean") return hasNext;
  if (typeof page === "number" && typeof totalPages === "number") return page + 1 < totalPages;
  const [size, total] = [body.size ?? SIZE, body.totalCount ?? body.totalCounts];
  return typeof page === "number" && typeof total === "number" ? (page + 1) * size < total : data.length >= size;
}

/** The first page of a list. */
export async function firstPage<T>(http: Http, operation: string, path: string, item: z.ZodType<T>): Promise<T[]> {
  const query = { page: 0, size: SIZE };
  return (await http.send({ operation, method: "GET", path, query }, pageOf(item))).items;
}

/** A whole list, page by page. */
export async function everyPage<T>(http: Http, operation: string, path: string, item: z.ZodType<T>): Promise<T[]> {
  const all: T[] = [];
  for (let page = 0; page < MOST_PAGES; page++) {
    const query = { page, size: SIZE };
    const { items, more } = await http.send({ operation, method: "GET", path, query }, pageOf(item));
    all.push(...items);
    if (!more) return all;
  }
  throw new ApiError({
    operation,
    reason: `the list has no end after ${MOST_PAGES} pages of ${SIZE}`,
    fix: "Tell the authors of this package.",
    passing: false,
    uncertain: false,
  });
}
