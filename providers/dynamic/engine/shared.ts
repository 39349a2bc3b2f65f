import type { Settings } from "../resource";

/**
 * Makes `connect` hand out one system for the same settings, whichever kinds and operations ask. A failed attempt is
 * forgotten, so that the next operation tries again.
 *
 * @example
 * const vicidial = shared(connectVicidial);
 */
export function shared<System>(
  connect: (settings: Settings) => System | Promise<System>,
): (settings: Settings) => Promise<System> {
  const made = new WeakMap<Settings, Promise<System>>();
  return (settings) => {
    const known = made.get(settings);
    if (known !== undefined) return known;
    const fresh = Promise.resolve(settings).then(connect);
    made.set(settings, fresh);
    fresh.catch(() => made.delete(settings));
    return fresh;
  };
}
