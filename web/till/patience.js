// @ts-check
/**
 * How long a till waits for an answer before it says that there is no network: as usual, and longer while the
 * shop answers slowly. So a shop that needs 3 s for each answer is not gone and back with each of them.
 *
 * @module
 */

const SLOW_FOR_MS = 60_000;
const AS_LONG_AGAIN = 2;
/** Longer nobody waits to be told that the network is gone. */
const MOST_MS = 5000;

export class Patience {
  #slowest = 0;
  #heardAt = -Infinity;

  /**
   * An answer has come, after so long.
   *
   * @param {number} tookMs
   * @param {number} now milliseconds of any clock that does not go back
   */
  heard(tookMs, now) {
    if (tookMs < this.#slowest && this.#isRecent(now)) return;
    this.#slowest = tookMs;
    this.#heardAt = now;
  }

  /**
   * How long to wait for the next one, where it is `usualMs` in a shop that answers at once.
   *
   * @param {number} usualMs
   * @param {number} now
   */
  limit(usualMs, now) {
    const slow = this.#isRecent(now) ? this.#slowest * AS_LONG_AGAIN : 0;
    return Math.max(usualMs, Math.min(slow, MOST_MS));
  }

  /** @param {number} now */
  #isRecent(now) {
    return now - this.#heardAt < SLOW_FOR_MS;
  }
}
