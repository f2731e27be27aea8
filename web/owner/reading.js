/** What a screen reads of the API; an answer to what is not wanted any more is dropped. */
import { told } from "../shell/told.js";
import { useEffect, useSignal } from "../shell/ui.js";

/**
 * What `read` answers, once more when one of `wanted` changes; the one before stays until then, in the signal
 * `answer`. `problem` says why it cannot be read, or is null; `again` tries.
 */
export function useReading(read, wanted) {
  const answer = useSignal(null);
  const problem = useSignal(null);
  const attempt = useSignal(0);
  useEffect(() => {
    let isWanted = true;
    read().then(
      (found) => isWanted && ([answer.value, problem.value] = [found, null]),
      (error) => isWanted && (problem.value = told(error)),
    );
    return () => {
      isWanted = false;
    };
  }, [...wanted, attempt.value]);
  return { answer, problem: problem.value, again: () => (attempt.value += 1) };
}
