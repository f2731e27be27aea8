// @ts-check
/** Prices before and after tax, rounded as the server does (contract §3). */

import { cents, halfUp } from "../shell/money.js";

/** The tax rates of the API. */
export const TAX_RATES = ["0.16", "0.08", "0.00", "EXENT"];

/**
 * What is paid for a price before tax.
 *
 * @param {number} whole cents
 * @param {string} rate as the API answers it
 */
export function withTax(whole, rate) {
  return halfUp(BigInt(whole) * (100n + percentOf(rate)), 100n);
}

/**
 * The price before tax that comes nearest to this price; not every price can be reached with whole cents.
 *
 * @param {number} whole cents
 * @param {string} rate
 */
export function beforeTax(whole, rate) {
  return halfUp(BigInt(whole) * 100n, 100n + percentOf(rate));
}

/**
 * What is left of a price after a discount, not rounded below the cent.
 *
 * @param {number} whole cents before tax
 * @param {string} percent with at most two decimals
 * @param {string} rate
 */
export function discounted(whole, percent, rate) {
  const left = 10_000n - BigInt(cents(percent));
  return halfUp(BigInt(whole) * left * (100n + percentOf(rate)), 1_000_000n);
}

const percentOf = (rate) => (rate === "EXENT" ? 0n : BigInt(cents(rate)));
