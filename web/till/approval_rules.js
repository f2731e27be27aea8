// @ts-check
/**
 * When somebody else has to approve what a cashier does (contract §8.5).
 */

import { cents } from "../shell/money.js";

const FORBIDDEN = 403;

/** The actions of which an approval holds up to a limit, and what the limit is of. */
export const LIMITS = { discount: "percent", refund: "money", shift_difference: "money" };

/** @typedef {{limit: string | null} | {needed: boolean}} Rule of the API's policy; limit null: any amount */

/**
 * Whether the cashier needs an approval by this rule.
 *
 * @param {Rule} rule
 * @param {string} [amount] of a limited action: per cent or money, as the API writes it
 * @returns {boolean}
 */
export function isNeeded(rule, amount = "0") {
  if ("needed" in rule) return rule.needed;
  return rule.limit !== null && cents(amount) > cents(rule.limit);
}

/**
 * The actions for which a refused deed lacks an approval; none if it was refused for something else.
 *
 * @param {{status: number, body: any}} refusal
 * @returns {string[]}
 */
export function lacking({ status, body }) {
  if (status !== FORBIDDEN || body?.code !== "approval_required") return [];
  return body.actions ?? [body.action];
}
