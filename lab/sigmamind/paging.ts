import { z } from "zod";
import type { Quirks } from "./quirks";

/**
 * `page` is zero-based, default 0; `size` is at least 1, default 10, no maximum documented
 * (docs/facts/sigmamind.md#paging).
 */
export const pageQuery = z.object({
  page: z.coerce.number().int().min(0).default(0),
  size: z.coerce.number().int().min(1).default(10),
});

/** The paged envelope. The oldest and middle generations call the total `totalCounts`, the newest `totalCount`. */
export function page(all: readonly unknown[], { page, size }: z.infer<typeof pageQuery>, quirks: Quirks): object {
  const totalPages = Math.ceil(all.length / size);
  const total = quirks.generation === "G3" ? { totalCount: all.length } : { totalCounts: all.length };
  const data = all.slice(page * size, (page + 1) * size);
  return { data, page, size, ...total, totalPages, hasNext: page + 1 < totalPages, hasPrevious: page > 0 };
}
