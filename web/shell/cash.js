// @ts-check
/** How the cash of a drawer came and went in a shift (contract §8.1). Amounts are cents. */

import { cents } from "./money.js";

const CAME = ["opening", "taken", "credit_payments", "paid_in"];
const WENT = ["refunded", "paid_out", "dropped"];

/**
 * The way of the cash, each with its sign, from what was there to what should be; `cash.<name>` is the text
 * of each.
 *
 * @param {Record<string, string | null>} cash of a report
 * @returns {{name: string, value: number}[]}
 */
export function wayOf(cash) {
  return [...CAME, ...WENT].map((name) => {
    const value = cents(cash[name] ?? "0");
    return { name, value: WENT.includes(name) && value !== 0 ? -value : value };
  });
}
