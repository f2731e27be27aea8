// @ts-check
/**
 * Apartados at the till: what is paid now for goods that are kept (contract §8.7). Amounts are cents. Nothing
 * is changed in place.
 */

import { amount, percentOf } from "../shell/money.js";
import { CARDS } from "./tenders.js";

/** @typedef {"CASH" | "CARD" | "TRANSFER" | "VOUCHER"} Method */
/** @typedef {{method: Method, cardKind?: import("./tenders.js").CardKind}} Means */

/** What pays for an apartado: money that is in the till or at the terminal. */
export const MEANS = /** @type {Means[]} */ ([
  { method: "CASH" }, ...CARDS, { method: "TRANSFER" }, { method: "VOUCHER" },
]);

/** @typedef {Means & {amount: number}} Part one for each means, in the order of their first amounts */

/**
 * @typedef {object} Bounds of what is paid now
 * @property {number} least
 * @property {number} most
 */

/**
 * The bounds of a deposit.
 *
 * @param {number} total
 * @param {string} percent the shop's least part of it
 * @returns {Bounds}
 */
export function boundsOfDeposit(total, percent) {
  return { least: percentOf(total, percent), most: total };
}

/** @param {Part[]} parts */
export function paidNow(parts) {
  return parts.reduce((sum, part) => sum + part.amount, 0);
}

/**
 * The parts with one more: means that have paid already pay more. Null if it is nothing, or too much.
 *
 * @param {Part[]} parts
 * @param {Means} means
 * @param {number} more
 * @param {Bounds} bounds
 * @returns {Part[] | null}
 */
export function withPart(parts, means, more, { most }) {
  if (!(more > 0) || paidNow(parts) + more > most) return null;
  const there = parts.find((part) => isSame(part, means));
  if (!there) return [...parts, { ...means, amount: more }];
  return parts.map((part) => (part === there ? { ...part, amount: part.amount + more } : part));
}

/**
 * @param {Means} one
 * @param {Means} other
 */
function isSame(one, other) {
  return one.method === other.method && one.cardKind === other.cardKind;
}

/**
 * What the field for the next part proposes: what lacks to the least, else what is left of all.
 *
 * @param {Part[]} parts
 * @param {Bounds} bounds
 */
export function proposed(parts, { least, most }) {
  const paid = paidNow(parts);
  return paid < least ? least - paid : most - paid;
}

/**
 * The change; null if less was handed over than is paid in cash, or cash was handed over and none is paid.
 *
 * @param {Part[]} parts
 * @param {number | null} received null: nobody has counted
 */
export function changeOf(parts, received) {
  if (received === null) return 0;
  const cash = parts.find(({ method }) => method === "CASH");
  return cash && received >= cash.amount ? received - cash.amount : null;
}

/**
 * The goods of a sale, as the API keeps them for its customer.
 *
 * @param {import("./cart.js").Cart} cart
 */
export function itemsOf({ items }) {
  return items.map(({ product, quantity }) => ({ product_id: product.id, quantity }));
}

/**
 * Whether a sale is the one of an opening, with nothing more in it: the same goods of the same customer.
 *
 * @param {{customer: number, items: any[]}} opening the body of the request
 * @param {import("./cart.js").Cart} cart
 */
export function isSaleOf({ customer, items }, cart) {
  return cart.customer?.id === customer && goodsOf(itemsOf(cart)) === goodsOf(items);
}

/**
 * The members of a payment, as the API takes them.
 *
 * @param {Part[]} parts
 * @param {number | null} received
 */
export function paymentMembers(parts, received) {
  return {
    payments: parts.map((part) => ({
      payment_method: part.method,
      amount: amount(part.amount),
      ...(part.cardKind && { card_kind: part.cardKind }),
    })),
    ...(received !== null && { cash_received: amount(received) }),
  };
}

/**
 * A deed whose answer was lost. `known`: the ids of what was there before it was sent; of an opening the
 * customer's apartados, of a payment the payments of its apartado.
 *
 * @typedef {{by: number, body: any, about: {what: "open" | "pay" | "cancel", known?: number[]}}} Lost
 */

/**
 * The apartado that came of a deed whose answer was lost, among those that may have; null: none.
 *
 * @param {Lost} deed
 * @param {any[]} layaways
 */
export function layawayOf(deed, layaways) {
  return layaways.find((layaway) => IS_DONE[deed.about.what](deed, layaway)) ?? null;
}

const IS_DONE = {
  /** @param {Lost} deed */
  open: ({ by, body, about: { known = [] } }, { id, user, items, payments }) =>
    user === by &&
    !known.includes(id) &&
    goodsOf(items) === goodsOf(body.items) &&
    paymentsIn(payments)[0].parts === partsOf(body.deposit.payments),
  /** @param {Lost} deed */
  pay: ({ by, body, about: { known = [] } }, { payments }) =>
    paymentsIn(payments).some(
      ({ id, user, parts }) => user === by && !known.includes(id) && parts === partsOf(body.payments),
    ),
  /** @param {Lost} deed */
  cancel: ({ by, body }, { status, cancelled_by: user, cancel_reason: reason }) =>
    status === "CANCELLED" && user === by && reason === body.reason,
};

/** The payments of an apartado, the first one first; the API tells their parts. */
function paymentsIn(parts) {
  return [...new Set(parts.map(({ payment }) => payment))].map((id) => {
    const own = parts.filter(({ payment }) => payment === id);
    return { id, user: own[0].user, parts: partsOf(own) };
  });
}

function partsOf(parts) {
  return parts.map(({ payment_method: method, amount: paid }) => `${method}:${paid}`).sort().join(" ");
}

function goodsOf(items) {
  return items.map(({ product_id: id, quantity }) => `${id}:${quantity}`).sort().join(" ");
}
