// @ts-check
/**
 * Prices and taxes of lines, to the cent as the server computes them (contract §4, §8.6).
 *
 * The feed of products carries finished prices. Only a discount that a feed cannot know, by hand or for a
 * birthday, is computed here. The vectors beside the contracts hold both sides to the same arithmetic.
 */

import { cents, halfUp, tenthousandths } from "../shell/money.js";
import { priceBeforeTax, priceWithTax } from "../shell/prices.js";

/** @typedef {import("../shell/prices.js").TaxRate} TaxRate */

/**
 * A product as the feed of changes carries it; money is text.
 *
 * @typedef {object} Product
 * @property {number} id
 * @property {string} name
 * @property {string} sku
 * @property {string} exact_price of one piece, before tax and without a promotion: up to four decimals
 * @property {TaxRate} tax_rate
 * @property {string} final_price of one piece, tax included
 * @property {string} frequent_price what a frequent customer pays for it
 * @property {{at: string, final_price: string, frequent_price: string}[]} price_changes by their times
 */

/**
 * What a customer brings along.
 *
 * @typedef {object} Buyer
 * @property {boolean} is_frequent
 * @property {string | null} birth_date such as `"1990-02-29"`
 */

/** @typedef {{percent: string, reason: string}} ManualDiscount a percentage of at most two decimals */

/**
 * What one piece costs a buyer, and why.
 *
 * @typedef {object} Price
 * @property {number} unitTotal cents, tax included
 * @property {"PROMOTION" | "BIRTHDAY" | "MANUAL" | null} source
 */

const WHOLE = 10_000n;

/**
 * The line of so many pieces at a discount, as the server prices an order. Only the shelf price is computed
 * from the unrounded price.
 *
 * @param {{price: string, taxRate: TaxRate, percent?: string, quantity?: number}} item
 */
export function priceLine({ price, taxRate, percent = "0", quantity = 1 }) {
  const base = tenthousandths(price);
  const unitPrice = halfUp(base * (WHOLE - BigInt(cents(percent))), WHOLE * 100n);
  const unitTotal = priceWithTax(price, taxRate, percent);
  return {
    unitPrice,
    unitTotal,
    amount: unitPrice * quantity,
    tax: (unitTotal - unitPrice) * quantity,
    saved: (halfUp(base, 100n) - unitPrice) * quantity,
  };
}

/**
 * The line of a sale that has happened, as the server books it: what was paid for a piece is split into price
 * and tax.
 *
 * @param {{price: string, taxRate: TaxRate, unitTotal: number, quantity?: number}} item
 */
export function soldLine({ price, taxRate, unitTotal, quantity = 1 }) {
  const unitPrice = priceBeforeTax(unitTotal, taxRate);
  const regular = halfUp(tenthousandths(price), 100n);
  return {
    unitPrice,
    amount: unitPrice * quantity,
    tax: (unitTotal - unitPrice) * quantity,
    saved: Math.max(regular - unitPrice, 0) * quantity,
    total: unitTotal * quantity,
  };
}

/**
 * The finished prices of a product at a moment: those of the last change that has come.
 *
 * @param {Product} product
 * @param {number} at milliseconds since 1970
 * @returns {{everybody: number, frequent: number}} cents, tax included
 */
export function pricesAt(product, at) {
  const come = (product.price_changes ?? []).filter((change) => Date.parse(change.at) <= at);
  const inForce = come.at(-1) ?? product;
  return { everybody: cents(inForce.final_price), frequent: cents(inForce.frequent_price) };
}

/**
 * What one piece costs this buyer now. Discounts do not stack: the lowest price counts, and of equal ones the
 * promotion, then the birthday.
 *
 * @param {Product} product
 * @param {object} sale
 * @param {number} sale.at milliseconds since 1970
 * @param {string} sale.today the store's day, such as `"2026-03-01"`
 * @param {Buyer | null} [sale.buyer]
 * @param {string} sale.birthdayPercent
 * @param {ManualDiscount | null} [sale.manual]
 * @returns {Price}
 */
export function priceFor(product, { at, today, buyer = null, birthdayPercent, manual = null }) {
  const { everybody, frequent } = pricesAt(product, at);
  const promised = buyer?.is_frequent ? frequent : everybody;
  const item = { price: product.exact_price, taxRate: product.tax_rate };
  const regular = priceLine(item).unitTotal;
  /** @type {Price} */
  let best = { unitTotal: promised, source: promised < regular ? "PROMOTION" : null };
  const birthday = buyer && hasBirthdayOn(today, buyer.birth_date) ? birthdayPercent : "0";
  /** @type {[Price["source"], string][]} */
  const others = [["BIRTHDAY", birthday], ["MANUAL", manual?.percent ?? "0"]];
  for (const [source, percent] of others) {
    if (!cents(percent)) continue;
    const { unitTotal } = priceLine({ ...item, percent });
    if (unitTotal < best.unitTotal) best = { unitTotal, source };
  }
  return best;
}

/**
 * Whether the day is somebody's birthday. In common years a birthday on 29 February is on the 28th.
 *
 * @param {string} day such as `"2026-02-28"`
 * @param {string | null} birthDate
 * @returns {boolean}
 */
export function hasBirthdayOn(day, birthDate) {
  if (!birthDate) return false;
  const born = birthDate.slice(5);
  const celebrated = born === "02-29" && !isLeap(Number(day.slice(0, 4))) ? "02-28" : born;
  return day.slice(5) === celebrated;
}

function isLeap(year) {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}
