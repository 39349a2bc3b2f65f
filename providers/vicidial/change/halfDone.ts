import { HalfDone, type Json } from "../../dynamic/resource";
import { NotUndone } from "../session";

/**
 * Runs the work of a `create` or `update`; when some of it remains because it could not be undone, the engine keeps the
 * object in state under `id`, and the next `pulumi up` converges it instead of finding a stranger's rows.
 *
 * @example
 * return orHalfDone(id, () => ({ remoteAgentId }), () => vicidial.locked(…));
 */
export async function orHalfDone<T>(
  id: string,
  computed: () => Record<string, Json>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof NotUndone)) throw thrown;
    throw new HalfDone(thrown.message, id, computed(), { cause: thrown });
  }
}
