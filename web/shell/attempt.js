/** What somebody does on a screen: whether it is under way, and why it was not done. */
import { told } from "./told.js";
import { useSignal } from "./ui.js";

/**
 * Do something; the signal `problem` says why it was not done. Answers whether it was done.
 *
 * @param {() => unknown} work
 * @param {{value: string}} problem
 * @param {(error: Error) => string | Promise<string>} [tell] the words for it; throws what has none
 */
export async function attempted(work, problem, tell = told) {
  problem.value = "";
  try {
    await work();
    return true;
  } catch (error) {
    problem.value = await tell(error);
    return false;
  }
}

/** `attempt(work)` does what `attempted` does, with signals of this component. */
export function useAttempt(tell = told) {
  const problem = useSignal("");
  const isBusy = useSignal(false);
  const attempt = (work) => {
    isBusy.value = true;
    return attempted(work, problem, tell).finally(() => (isBusy.value = false));
  };
  return { problem, isBusy, attempt };
}
