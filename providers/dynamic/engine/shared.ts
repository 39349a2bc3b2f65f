import type { Settings } from "../resource";

/**
 * Makes `connect` hand out one system for the same settings, whichever kinds and operations ask, until it calls `forget`.
 * A failed attempt is forgotten, so that the next operation tries again.
 *
 * @example
 * const things = shared((settings) => new Things(settings.get("test:file")));
 */
export function shared<System, More extends unknown[]>(
  connect: (settings: Settings, forget: () => void, ...more: More) => System | Promise<System>,
): (settings: Settings, ...more: More) => Promise<System> {
  const made = new WeakMap<Settings, Promise<System>>();
  return (settings, ...more) => {
    const known = made.get(settings);
    if (known !== undefined) return known;
    const forget = () => void made.delete(settings);
    const fresh = Promise.resolve().then(() => connect(settings, forget, ...more));
    made.set(settings, fresh);
    fresh.catch(forget);
    return fresh;
  };
}
