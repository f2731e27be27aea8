/** Keys of deeds that people repeat: of one without an answer nobody knows whether it was done. */
import { ApiError } from "./api.js";
import { isOutcome } from "./outcomes.js";
import { useRef } from "./ui.js";

/**
 * `repeatable(body, (key) => …)` does a deed with an `Idempotency-Key`: the one before while the same body is
 * sent again and it is not known what became of it, else a new one.
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
      if (error instanceof ApiError && isOutcome(error.status)) before.current = null;
      throw error;
    }
  };
}
