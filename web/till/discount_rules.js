// @ts-check
/**
 * Discounts by hand: what a person has typed, and whether somebody else has to approve it (contract §8.4).
 */

import { amount, cents, typedCents } from "../shell/money.js";
import { isNeeded } from "./approval_rules.js";

/**
 * Somebody's approval of the discounts of a sale, up to a percentage.
 *
 * @typedef {object} Approval
 * @property {string} token
 * @property {string} percent
 * @property {number} caller the cashier to whom it was given
 * @property {number} until milliseconds since 1970
 */

const WHOLE = 100_00;

/**
 * The percentage that was typed, as the API writes it; null if there is no such discount.
 *
 * @param {string} typed such as `"12.5"` or `"10 %"`
 * @returns {string | null}
 */
export function typedPercent(typed) {
  const found = typedCents(typed.replace("%", ""));
  return found !== null && found > 0 && found <= WHOLE ? amount(found) : null;
}

/**
 * The highest discount by hand of the lines in which it is the one that counts; null if there is none.
 *
 * @param {{manual: {percent: string} | null}[]} lines
 * @returns {string | null}
 */
export function highestByHand(lines) {
  const percents = lines.flatMap(({ manual }) => (manual ? [cents(manual.percent)] : []));
  return percents.length ? amount(Math.max(...percents)) : null;
}

/**
 * Whether a discount lacks the approval that the cashier needs.
 *
 * @param {string | null} percent
 * @param {object} circumstances
 * @param {import("./approval_rules.js").Rule} circumstances.rule what the cashier may do alone
 * @param {Approval | null} circumstances.approval
 * @param {number} circumstances.caller
 * @param {number} circumstances.now milliseconds since 1970
 */
export function lacksApproval(percent, { rule, approval, caller, now }) {
  if (percent === null || !isNeeded(rule, percent)) return false;
  if (approval === null || approval.caller !== caller || approval.until <= now) return true;
  return cents(percent) > cents(approval.percent);
}
