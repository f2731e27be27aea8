/** Keys of deeds that people repeat: of one without an answer nobody knows whether it was done. */
import { ApiError } from "./api.js";
import { useRef } from "./ui.js";

const OUTCOME_UNKNOWN = 500;

/**
 * `repeatable(body, (key) => …)` does a deed with an `Idempotency-Key`: the one before while the same body is
 * sent again without having been answered, else a new one.
 */
export function useRepeatable() {
  const before = useRef(null);
  return async (body, work) => {
    const text = JSON.stringify(body);
    if (before.current?.text !== text) before.current = { text, key: crypto.randomUUID() };
    try {
      const answer = await work(before.current.key);
      before.current = null;
      return answer;
    } catch (error) {
      if (error instanceof ApiError && error.status < OUTCOME_UNKNOWN) before.current = null;
      throw error;
    }
  };
}
