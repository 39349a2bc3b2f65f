import { z } from "zod";

// Columns of rows that are only looked at. VICIdial's own programs take NULL for nothing, and so do these.

/** A text column; NULL reads as the empty text. */
export const text = z
  .string()
  .nullish()
  .transform((value) => value ?? "");

/** A number column, also where the driver hands it out as text; NULL reads as 0. */
export const number = z.coerce
  .number()
  .nullish()
  .transform((value) => value ?? 0);
