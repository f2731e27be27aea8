// @ts-check
/** What a refusal says about the deed that was asked for. */

/** Answers that say nothing about it: who calls, too much at once, a repeat that came too early. */
const NO_OUTCOMES = new Set([401, 408, 409, 425, 429]);

/**
 * Whether a refusal says that the deed was not done, and will not be.
 *
 * @param {number} status
 */
export function isOutcome(status) {
  return status >= 400 && status < 500 && !NO_OUTCOMES.has(status);
}
