// @ts-check
/** Prices before and after tax, rounded as the server does (contract §3, §4). */

import { cents, halfUp, tenthousandths } from "./money.js";

/** @typedef {"0.16" | "0.08" | "0.00" | "EXENT"} TaxRate */

/** @type {Record<TaxRate, bigint>} in hundredths */
const TAX = { 0.16: 16n, 0.08: 8n, "0.00": 0n, EXENT: 0n };

/** The tax rates of the API, the highest first. */
export const TAX_RATES = /** @type {TaxRate[]} */ (Object.keys(TAX));

/**
 * What is paid for a price before tax, of up to four decimals, less a percentage: rounded only here.
 *
 * @param {string} price
 * @param {TaxRate} rate
 * @param {string} [percent] with at most two decimals
 * @returns {number} cents
 */
export function priceWithTax(price, rate, percent = "0") {
  const left = 10_000n - BigInt(cents(percent));
  return halfUp(tenthousandths(price) * left * (100n + TAX[rate]), 100_000_000n);
}

/**
 * The price before tax that comes nearest to what is paid; not every price can be reached with whole cents.
 *
 * @param {number} paid cents
 * @param {TaxRate} rate
 * @returns {number} cents
 */
export function priceBeforeTax(paid, rate) {
  return halfUp(BigInt(paid) * 100n, 100n + TAX[rate]);
}
