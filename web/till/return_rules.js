// @ts-check
/**
 * A return as it is made up at the till: which pieces come back, what becomes of them, and how the money is
 * given back (contract §8.3). What it is worth is the shop's to say; here are the same sums, to be shown at
 * once. Amounts are cents. Nothing is changed in place.
 */

import { amount, cents } from "../shell/money.js";
import { ticketNumber } from "./sold_ticket.js";

/**
 * A line of the order: `left` pieces were sold and have not come back, `unit` was paid for each.
 *
 * @typedef {{productId: number, name: string, sold: number, left: number, unit: number}} Line
 */

/** @typedef {{pieces: number, discard: boolean}} Chosen of a line; `discard`: not back on the shelf */

/** @typedef {"AS_PAID" | "CASH" | "EXCHANGE"} Way how the money is given back */

/**
 * @typedef {object} Draft
 * @property {any} order as the API shows it
 * @property {any[]} returns those that were made of it, newest first
 * @property {Line[]} lines
 * @property {Record<number, Chosen>} chosen by product
 * @property {string} reason
 * @property {Way} way
 */

const UUID = /[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}/i;
const NUMBERED = /^([0-9a-z]{1,6})-(\d{1,18})$/i;
/** Eight digits are a folio. */
const NUMBER = /^\d{1,7}$/;

/**
 * The ticket that was scanned or typed, as the API finds it: a UUID, which may stand in an address; a number
 * such as `C2-123`; a number alone is one of this register; else a folio. A scanner that takes the keyboard
 * for an American one sends `'` for `-`.
 *
 * @param {string} code
 * @param {string} series of this register
 * @returns {string}
 */
export function ticketIn(code, series) {
  const plain = code.trim().replaceAll("'", "-");
  const [uuid] = UUID.exec(plain) ?? [];
  if (uuid) return uuid.toLowerCase();
  const [, of = series, digits] = NUMBERED.exec(plain) ?? (NUMBER.test(plain) ? ["", series, plain] : []);
  return (digits ? `${of}-${digits.padStart(6, "0")}` : plain).toUpperCase();
}

/**
 * Whether a code can be a ticket's, as a scanner reads it: an id or a number.
 *
 * @param {string} code
 */
export function isTicketCode(code) {
  return [UUID, NUMBERED].some((form) => form.test(code.replaceAll("'", "-")));
}

/**
 * Whether a sale of this register is that of a ticket, as `ticketIn` answers it.
 *
 * @param {{client_id: string, seq: number}} sale
 * @param {string} series
 * @param {string} ticket
 */
export function isTicketOf(sale, series, ticket) {
  const id = sale.client_id.replaceAll("-", "").toUpperCase();
  const wanted = ticket.replaceAll("-", "").toUpperCase();
  const number = ticketNumber(series, sale.seq).toUpperCase();
  return ticket.toUpperCase() === number || (wanted.length >= 8 && id.startsWith(wanted));
}

/**
 * A return of this order with nothing chosen yet.
 *
 * @param {any} order
 * @param {any[]} returns
 * @returns {Draft}
 */
export function draftOf(order, returns) {
  const lines = order.items.map((item) => ({
    productId: item.product_id,
    name: item.product_name,
    sold: item.quantity,
    left: item.returnable_quantity,
    unit: (cents(item.amount) + cents(item.tax_amount)) / item.quantity,
  }));
  return { order, returns, lines, chosen: {}, reason: "", way: "AS_PAID" };
}

/**
 * What is chosen of a product.
 *
 * @param {Draft} draft
 * @param {number} productId
 * @returns {Chosen}
 */
export function chosenOf(draft, productId) {
  return draft.chosen[productId] ?? { pieces: 0, discard: false };
}

/**
 * The draft with so many pieces of a product: never more than are left, and not less than none.
 *
 * @param {Draft} draft
 * @param {number} productId
 * @param {number} pieces
 * @returns {Draft}
 */
export function withPieces(draft, productId, pieces) {
  const line = draft.lines.find((each) => each.productId === productId);
  if (!line || !Number.isInteger(pieces)) return draft;
  return chosen(draft, productId, { pieces: Math.min(Math.max(pieces, 0), line.left) });
}

/**
 * The draft with all that is left.
 *
 * @param {Draft} draft
 * @returns {Draft}
 */
export function withAll(draft) {
  return draft.lines.reduce((before, { productId, left }) => withPieces(before, productId, left), draft);
}

/**
 * The draft with the pieces of a product back on the shelf, or discarded.
 *
 * @param {Draft} draft
 * @param {number} productId
 * @param {boolean} discard
 * @returns {Draft}
 */
export function withDiscard(draft, productId, discard) {
  return chosen(draft, productId, { discard });
}

/**
 * Why nothing of the order can come back now, or null: it is not paid, or all is back.
 *
 * @param {Draft} draft
 * @returns {"not_paid" | "all_back" | null}
 */
export function whyNothing({ order, lines }) {
  if (order.status !== "PAID") return "not_paid";
  return lines.some(({ left }) => left > 0) ? null : "all_back";
}

/**
 * The pieces that are chosen, and what was paid for them.
 *
 * @param {Draft} draft
 */
export function sumOf(draft) {
  const lines = draft.lines.map((line) => ({ ...line, pieces: chosenOf(draft, line.productId).pieces }));
  return {
    pieces: lines.reduce((before, { pieces }) => before + pieces, 0),
    total: lines.reduce((before, { pieces, unit }) => before + pieces * unit, 0),
  };
}

/**
 * The ways in which the money can be given back: cash is one of its own where not all was paid so.
 *
 * @param {Draft} draft
 * @returns {Way[]}
 */
export function waysOf({ order }) {
  const isOther = order.payments.some(({ payment_method: method }) => method !== "CASH");
  return isOther ? ["AS_PAID", "CASH", "EXCHANGE"] : ["AS_PAID", "EXCHANGE"];
}

/**
 * The body of the return, and of its preview.
 *
 * @param {Draft} draft
 * @param {number | null} register whose drawer gives the money; null: it has no shift
 */
export function returnBody(draft, register) {
  const items = draft.lines
    .map(({ productId }) => ({ productId, ...chosenOf(draft, productId) }))
    .filter(({ pieces }) => pieces > 0)
    .map(({ productId, pieces, discard }) => ({
      product_id: productId,
      quantity: pieces,
      disposition: discard ? "DISCARD" : "RESTOCK",
    }));
  const refunds = [{ payment_method: draft.way, amount: amount(sumOf(draft).total) }];
  return {
    items,
    reason: draft.reason.trim(),
    ...(draft.way !== "AS_PAID" && { refunds }),
    ...(register !== null && { register }),
  };
}

/**
 * The return that came of a deed whose answer was lost, among those that its order has; null: none.
 *
 * @param {{by: number, body: any, about: {known: number[]}}} deed `known`: the returns there were before
 * @param {any[]} returns
 */
export function returnOf({ by, body, about }, returns) {
  const wanted = goodsOf(body.items);
  const isIt = (each) =>
    each.user === by &&
    each.reason === body.reason &&
    !about.known.includes(each.id) &&
    goodsOf(each.items) === wanted;
  return returns.find(isIt) ?? null;
}

function goodsOf(items) {
  const goods = items.map((item) => `${item.product_id}:${item.quantity}:${item.disposition}`);
  return goods.sort().join(" ");
}

/** @returns {Draft} */
function chosen(draft, productId, change) {
  const after = { ...chosenOf(draft, productId), ...change };
  return { ...draft, chosen: { ...draft.chosen, [productId]: after } };
}
