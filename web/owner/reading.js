/** What a screen reads of the API; an answer to what is not wanted any more is dropped. */
import { told } from "../shell/told.js";
import { useEffect, useRef, useSignal } from "../shell/ui.js";

/**
 * What `read` answers, once more when one of `wanted` changes; the one before stays until then, in the signal
 * `answer`. `problem` says why it cannot be read, or is null; `again` tries. `take` shows what another
 * request has answered since, and drops the answer that is still to come.
 */
export function useReading(read, wanted) {
  const answer = useSignal(null);
  const problem = useSignal(null);
  const attempt = useSignal(0);
  const asked = useRef(0);
  const drop = () => void (asked.current += 1);
  useEffect(() => {
    const own = (asked.current += 1);
    const isWanted = () => own === asked.current;
    read().then(
      (found) => isWanted() && ([answer.value, problem.value] = [found, null]),
      (error) => isWanted() && (problem.value = told(error)),
    );
    return drop;
  }, [...wanted, attempt.value]);
  const take = (newer) => {
    drop();
    answer.value = newer;
  };
  return { answer, problem: problem.value, again: () => (attempt.value += 1), take };
}
