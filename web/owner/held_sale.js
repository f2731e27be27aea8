// @ts-check
/**
 * A sale that the shop could not book as its till had sent it: what is wrong with it, and what a person may
 * mend. Knows neither the page nor the API. Amounts are texts as the API writes them.
 *
 * @module
 */

import { amount, typedCents } from "../shell/money.js";

/** The members of a sale that a person may mend beside its lists; others stay as they were sent. */
export const MENDED = ["sold_by", "customer", "seq", "sold_at", "cash_received"];

/**
 * Whether the parts of a sale can be shown as fields; else its text is all there is to mend.
 *
 * @param {any} sale as it was sent: any JSON
 */
export function isMendable(sale) {
  if (!isObject(sale)) return false;
  const { items, payments, ...others } = sale;
  return isFlat(others) && [items, payments ?? []].every((list) => Array.isArray(list) && list.every(isFlat));
}

/**
 * What the goods cost and what was paid, in cents: a sale is booked only if both are the same. Null where an
 * amount cannot be read, or is more than a number holds exactly: somebody has scanned a code as a quantity.
 *
 * @param {{items: any[], payments?: any[] | null}} sale
 * @returns {{goods: number | null, paid: number | null}}
 */
export function sums({ items, payments }) {
  const goods = items.map(({ unit_total: price, quantity }) => times(centsIn(price), Number(quantity)));
  return { goods: added(goods), paid: added((payments ?? []).map(({ amount: paid }) => centsIn(paid))) };
}

/**
 * What is wrong, by member, in the API's own messages: those about a part of a list too.
 *
 * @param {Record<string, any>} errors
 * @returns {Record<string, string[]>}
 */
export function messagesIn(errors) {
  return Object.fromEntries(Object.entries(errors ?? {}).map(([name, said]) => [name, textsIn(said)]));
}

/**
 * A part of a list as it is sent: what cannot be read is sent as it was typed, and the API says what is
 * wrong.
 *
 * @param {Record<string, any>} part
 */
export function partToApi(part) {
  const whole = (/** @type {any} */ value) => (/^\d+$/.test(`${value}`.trim()) ? Number(value) : value);
  const money = (/** @type {any} */ value) =>
    (centsIn(value) === null ? value : amount(Number(centsIn(value))));
  const read = new Map([
    ["product_id", whole], ["quantity", whole], ["unit_total", money], ["amount", money],
  ]);
  return Object.fromEntries(
    Object.entries(part).map(([name, value]) => [name, (read.get(name) ?? same)(value)]),
  );
}

const same = (/** @type {any} */ value) => value;

/** @param {any} said @returns {string[]} */
function textsIn(said) {
  if (Array.isArray(said)) return said.flatMap(textsIn);
  if (isObject(said)) return Object.values(said).flatMap(textsIn);
  return [`${said}`];
}

const isNested = (/** @type {any} */ value) => typeof value === "object" && value !== null;

const isObject = (/** @type {any} */ value) => isNested(value) && !Array.isArray(value);

/** Of members that a field can hold: `{"toString": 1}` cannot be made a text at all. */
const isFlat = (/** @type {any} */ value) => isObject(value) && !Object.values(value).some(isNested);

const centsIn = (/** @type {any} */ value) => typedCents(`${value ?? ""}`);

/** @param {number | null} price @param {number} quantity */
const times = (price, quantity) => (price === null || !Number.isInteger(quantity) ? null : price * quantity);

/** @param {(number | null)[]} parts */
function added(parts) {
  const added = (/** @type {any} */ sum, /** @type {any} */ part) =>
    (sum === null || part === null || !Number.isSafeInteger(sum + part) ? null : sum + part);
  return parts.reduce(added, 0);
}
