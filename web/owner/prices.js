// @ts-check
/** What is paid for the prices and percentages that stand in forms. */

import { amount, typedCents } from "../shell/money.js";
import { priceWithTax } from "../shell/prices.js";

/** @typedef {import("../shell/prices.js").TaxRate} TaxRate */
/** @typedef {{price: string, exact_price: string, tax_rate: TaxRate}} Priced a product as it is stored */

const WHOLE = 100_00;

/**
 * What is paid for the price that stands in a form; null if it cannot be read. A stored price that is written
 * as it is shown stays as exact as it is.
 *
 * @param {Priced | null} stored
 * @param {{price: string, tax_rate: TaxRate}} typed
 */
export function paidFor(stored, { price, tax_rate: rate }) {
  const whole = typedCents(price);
  if (whole === null || whole < 0) return null;
  const written = amount(whole);
  return priceWithTax(written === stored?.price ? stored.exact_price : written, rate);
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
    usual: priceWithTax(price, rate),
    promised: isPercent ? priceWithTax(price, rate, amount(percent)) : null,
  };
}
