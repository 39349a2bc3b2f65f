import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { customerTable } from "./customers";

/** Writes the table of customers into the image's README. */
const readme = join(__dirname, "../../docker/carrier/README.md");
const text = readFileSync(readme, "utf8");
const table = /(<!-- customers: [^>]*-->\n)[^]*(\n<!-- end of customers -->)/;
writeFileSync(
  readme,
  text.replace(table, (_, before: string, after: string) => `${before}\n${customerTable()}\n${after}`),
);
