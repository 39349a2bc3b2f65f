import type { Disturbances } from "./quirks";
import type { Store } from "./store";

/** What every group of routes works with. */
export interface Context {
  store: Store;
  disturbances: Disturbances;
}
