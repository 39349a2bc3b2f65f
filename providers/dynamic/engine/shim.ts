/* eslint-disable @typescript-eslint/no-require-imports */
import type { dynamic } from "@pulumi/pulumi";

/** The methods that the engine calls on a dynamic provider. */
export type ProviderMethods = Required<Omit<dynamic.ResourceProvider, "configure">>;

/** What the installed package's `./provider` export offers to a shim. */
interface ProviderModule {
  methods(kind: string, config: dynamic.Config): ProviderMethods;
}

interface Shim extends Partial<ProviderMethods> {
  kind: string;
  configure(request: dynamic.ConfigureRequest): void;
}

/**
 * The provider object that Pulumi serialises into the state of each resource, twice. It holds nothing but its kind and
 * `configure`, which loads the installed code: so state never carries a secret or stale code, its text changes with no
 * edit of an implementation, and it stays under 1 KB (the engine rewrites the whole state at each step).
 *
 * Make one per kind, at module level: Pulumi caches the serialised text by object (docs/facts/pulumi.md#provider-text).
 * Why a shim: docs/decisions/001-thin-shim.md.
 */
export function shim(kind: string): dynamic.ResourceProvider {
  const object: Shim = { kind, configure };
  return object as unknown as dynamic.ResourceProvider;
}

// Written for the text that Pulumi's serialiser makes of it: no comment inside, nothing captured, not even its own name.
// - The host caches the object before it awaits `configure`, so a concurrent call sees what the synchronous part left:
//   everything happens there.
// - A host that finds no `delete` reports success, and no `check` means unchecked inputs: when the package cannot be
//   loaded, every method must exist and fail.
// - `createRequire(cwd)` finds the package from the program's directory, both as a dependency and inside its own
//   repository. A plain `require` starts at the host's directory; an absolute path would tie state to one machine
//   (docs/facts/pulumi.md#loading-the-package).
const configure = function (this: Shim, { config }: dynamic.ConfigureRequest): void {
  try {
    const load = (require("node:module") as typeof import("node:module")).createRequire(process.cwd() + "/");
    Object.assign(this, (load("voice-ai-bridges/provider") as ProviderModule).methods(this.kind, config));
  } catch (e) {
    const error = Error(`${process.cwd()}: ${String(e).split("\n")[0]}. Run npm install there.`);
    error.stack = "";
    const f = () => Promise.reject(error);
    Object.assign(this, { check: f, diff: f, create: f, read: f, update: f, delete: f });
  }
};
