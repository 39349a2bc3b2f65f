import satisfies from "spdx-satisfies";
import { z } from "zod";
import type { Refused } from "../../core/refusal";

const dependencies = z.record(z.string(), z.string()).optional();
const names = z.looseObject({ dependencies, devDependencies: dependencies });
export const manifestSchema = names.extend({ name: z.string(), version: z.string() });
export const lockSchema = z.looseObject({
  packages: z.record(z.string(), names.extend({ optionalDependencies: dependencies, peerDependencies: dependencies })),
});
type Manifest = z.infer<typeof manifestSchema>;
type Lock = z.infer<typeof lockSchema>;

/**
 * package.json and its lock as if what ships were all there is: dependencies, and those development dependencies that the
 * bundles of the lab hold. What the user brings himself (peers) does not ship.
 *
 * `npm sbom --omit dev` is not enough: npm 11 leaves out whatever a development dependency needs as well.
 */
export function shipped(
  manifest: Manifest,
  lock: Lock,
  bundled: readonly string[],
): { manifest: Manifest; lock: Lock } {
  const inBundles = Object.entries(manifest.devDependencies ?? {}).filter(([name]) => bundled.includes(name));
  const wanted = { ...manifest.dependencies, ...Object.fromEntries(inBundles) };
  const only = <T extends object>(one: T): T => ({
    ...one,
    dependencies: wanted,
    ...{ devDependencies: undefined, peerDependencies: undefined, peerDependenciesMeta: undefined },
  });
  const root = only(lock.packages[""] ?? {});
  const kept = new Set([""]);
  const look = (from: string, needs: Readonly<Record<string, string>> = {}): void => {
    for (const name of Object.keys(needs)) {
      const path = resolved(lock, from, name);
      if (path === undefined || kept.has(path)) continue;
      kept.add(path);
      const entry = lock.packages[path];
      look(path, { ...entry?.dependencies, ...entry?.optionalDependencies, ...entry?.peerDependencies });
    }
  };
  look("", wanted);
  const packages = Object.entries(lock.packages).filter(([path]) => kept.has(path));
  return { manifest: only(manifest), lock: { ...lock, packages: { ...Object.fromEntries(packages), "": root } } };
}

/** Where Node.js finds a package from within another one: beside it, or in a `node_modules` above. */
function resolved({ packages }: Lock, from: string, name: string): string | undefined {
  const path = `${from === "" ? "" : `${from}/`}node_modules/${name}`;
  if (path in packages) return path;
  if (from === "") return undefined;
  return resolved({ packages }, from.slice(0, Math.max(0, from.lastIndexOf("/node_modules/"))), name);
}

/** Licences that ask for no more than to be named, as Apache-2.0, our own. */
const ALLOWED = ["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0", "CC0-1.0", "ISC", "MIT"];

const licence = z.union([
  z.object({ expression: z.string() }).transform((one) => one.expression),
  z.object({ license: z.object({ id: z.string() }) }).transform((one) => one.license.id),
  z.object({ license: z.object({ name: z.string() }) }).transform((one) => one.license.name),
]);
export const sbomSchema = z.object({
  bomFormat: z.literal("CycloneDX"),
  components: z.array(z.object({ name: z.string(), version: z.string(), licenses: z.array(licence).default([]) })),
});

/** Packages in what ships whose licence nobody allowed. */
export function licenceMistakes({ components }: z.infer<typeof sbomSchema>): Refused[] {
  return components.flatMap(({ name, version, licenses }) => {
    if (licenses.length > 0 && licenses.every(isAllowed)) return [];
    const value = licenses.join(", ") || undefined;
    const rule = value === undefined ? "names no licence" : `is none of ${ALLOWED.join(", ")}`;
    return [
      { field: `${name}@${version}`, value, rule, fix: "use another package, or allow the licence after reading it" },
    ];
  });
}

function isAllowed(expression: string): boolean {
  try {
    return satisfies(expression, ALLOWED);
  } catch {
    // No expression of SPDX: a text such as `SEE LICENSE IN …`.
    return false;
  }
}
