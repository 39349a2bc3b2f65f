import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mistakesTable } from "./support/table";

/** Writes the table of mistakes into docs/mistakes.md. */
const page = join(__dirname, "../../docs/mistakes.md");
const text = readFileSync(page, "utf8");
const table = /(<!-- mistakes: [^>]*-->\n)[^]*(\n<!-- end of mistakes -->)/;
writeFileSync(
  page,
  text.replace(table, (_, before: string, after: string) => `${before}\n${mistakesTable()}\n${after}`),
);
