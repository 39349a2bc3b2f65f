/** Writes docs/reference (`npm run reference`) from the comments of the sources. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./comments";
import { referenceFiles } from "./reference";

const FOLDER = join(ROOT, "docs", "reference");

const files = referenceFiles();
mkdirSync(FOLDER, { recursive: true });
for (const old of readdirSync(FOLDER)) if (!files.has(old)) rmSync(join(FOLDER, old));
for (const [name, text] of files) writeFileSync(join(FOLDER, name), text);
