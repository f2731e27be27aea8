// @ts-check
/**
 * Deeds of which the answer may be lost: what a person may do until it is known what became of one. A deed is
 * sent with its own `Idempotency-Key`: repeated with it, it is done once.
 */

/**
 * @typedef {object} Deed
 * @property {string} key
 * @property {string} name of the screen that does it
 * @property {string} path
 * @property {any} body
 * @property {any} about what the screen needs to show it again
 * @property {number} by the user who does it; the key is theirs
 * @property {number} at when it was decided, milliseconds since 1970
 * @property {number} sentAt when it was sent last
 */

/** The shop keeps a key for 24 hours. */
const REPEATABLE_MS = 23 * 3_600_000;
/** After this time the shop has finished or undone what it had begun. */
const SETTLED_MS = 120_000;

/**
 * What may be done about a deed whose answer was lost, and that the shop does not show.
 *
 * `repeat`: it is done once, however often. `leave`: it has not been done and will not be any more, as long
 * as the shop was asked after that.
 *
 * @param {Deed} deed
 * @param {{caller: number, now: number}} moment
 */
export function choicesOf({ by, at, sentAt }, { caller, now }) {
  return {
    repeat: by === caller && Math.abs(now - at) < REPEATABLE_MS,
    leave: Math.abs(now - sentAt) > SETTLED_MS,
  };
}
