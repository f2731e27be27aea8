// @ts-check
/** Prices before and after tax, rounded as the server does (contract §3). */

import { amount, cents, halfUp, tenthousandths, typedCents } from "../shell/money.js";

/** @typedef {{price: string, exact_price: string, tax_rate: string}} Priced a product as it is stored */

/** The tax rates of the API. */
export const TAX_RATES = ["0.16", "0.08", "0.00", "EXENT"];

const WHOLE = 100_00;

/**
 * What is paid for the price that stands in a form; null if it cannot be read. A stored price that is written
 * as it is shown stays as exact as it is.
 *
 * @param {Priced | null} stored
 * @param {{price: string, tax_rate: string}} typed
 */
export function paidFor(stored, { price, tax_rate: rate }) {
  const whole = typedCents(price);
  if (whole === null || whole < 0) return null;
  const written = amount(whole);
  return discounted(written === stored?.price ? stored.exact_price : written, "0", rate);
}

/**
 * What is paid for a product without a promotion, and with the percentage that stands in a form; null while
 * that is none.
 *
 * @param {Priced} product
 * @param {string} typed
 */
export function promisedPrices({ exact_price: price, tax_rate: rate }, typed) {
  const percent = typedCents(typed);
  const isPercent = percent !== null && percent >= 0 && percent <= WHOLE;
  return {
    usual: discounted(price, "0", rate),
    promised: isPercent ? discounted(price, amount(percent), rate) : null,
  };
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

/** A price before tax, of up to four decimals, less a percentage, with tax: rounded only here. */
function discounted(price, percent, rate) {
  const left = 10_000n - BigInt(cents(percent));
  return halfUp(tenthousandths(price) * left * (100n + percentOf(rate)), 100_000_000n);
}

const percentOf = (rate) => (rate === "EXENT" ? 0n : BigInt(cents(rate)));
