// @ts-check
/**
 * The sale on the screen: what the customer takes, and what it costs. Nothing is changed in place: each deed
 * answers a new cart, so that the one before it can come back.
 */

import { amount } from "../shell/money.js";
import { TAX_RATES } from "../shell/prices.js";
import { priceFor, soldLine } from "./pricing.js";

/** @typedef {import("./pricing.js").Product} Product */
/** @typedef {import("./pricing.js").ManualDiscount} ManualDiscount */
/** @typedef {import("./pricing.js").Buyer & {id: number}} Customer */

/** @typedef {{product: Product, quantity: number, manual: ManualDiscount | null}} Item */

/**
 * @typedef {object} Cart
 * @property {string | null} clientId the sale's own id for ever, however often it is parked
 * @property {Item[]} items one for each product, in the order in which they were first added
 * @property {number | null} lastId the product that `+` and `-` mean
 * @property {Customer | null} customer
 * @property {import("./discount_rules.js").Approval | null} approval of its discounts by hand
 */

/** The most items of a sale, and pieces of an item; the server's are in `/api/sync/bootstrap/`. */
const LIMITS = { items: 500, quantity: 1_000_000 };

/** A deed that the cart does not take; `code` says why: `items`, `quantity`. */
export class CartRefuses extends Error {
  /** @param {"items" | "quantity"} code */
  constructor(code) {
    super(`The cart takes no more: ${code}`);
    this.code = code;
  }
}

/** @type {Readonly<Cart>} */
export const EMPTY = Object.freeze({
  clientId: null, items: [], lastId: null, customer: null, approval: null,
});

/**
 * Whether a line was taken out between two carts: then the one before is worth bringing back.
 *
 * @param {Cart} before
 * @param {Cart} after
 */
export function hasLost(before, after) {
  return before.items.some(({ product }) => itemOf(after, product.id) === null);
}

/**
 * The cart with more pieces of a product, which may be new in it.
 *
 * @param {Cart} cart
 * @param {Product} product
 * @param {number} [pieces]
 * @param {{items: number, quantity: number}} [limits]
 * @returns {Cart}
 * @throws {CartRefuses}
 */
export function add(cart, product, pieces = 1, limits = LIMITS) {
  const before = itemOf(cart, product.id);
  if (before) return setQuantity(cart, product.id, before.quantity + pieces, limits);
  if (cart.items.length >= limits.items) throw new CartRefuses("items");
  checkQuantity(pieces, limits);
  const item = { product, quantity: pieces, manual: null };
  return { ...cart, items: [...cart.items, item], lastId: product.id };
}

/**
 * The cart with so many pieces of a product that is in it; with 0 it is gone.
 *
 * @param {Cart} cart
 * @param {number} productId
 * @param {number} pieces
 * @param {{items: number, quantity: number}} [limits]
 * @returns {Cart}
 * @throws {CartRefuses}
 */
export function setQuantity(cart, productId, pieces, limits = LIMITS) {
  if (pieces === 0) return without(cart, productId);
  checkQuantity(pieces, limits);
  return { ...changed(cart, productId, { quantity: pieces }), lastId: productId };
}

/**
 * The cart after `+` or `-`: a piece more or less of the last product. The last piece goes with its line;
 * without a last product nothing happens.
 *
 * @param {Cart} cart
 * @param {1 | -1} step
 * @param {{items: number, quantity: number}} [limits]
 * @returns {Cart}
 */
export function step(cart, step, limits = LIMITS) {
  const last = itemOf(cart, cart.lastId);
  return last ? setQuantity(cart, last.product.id, last.quantity + step, limits) : cart;
}

/**
 * The cart without a product; the one before it at the end becomes the last.
 *
 * @param {Cart} cart
 * @param {number} productId
 * @returns {Cart}
 */
export function without(cart, productId) {
  const items = cart.items.filter((item) => item.product.id !== productId);
  const lastId = cart.lastId === productId ? (items.at(-1)?.product.id ?? null) : cart.lastId;
  return { ...cart, items, lastId };
}

/**
 * The cart with a discount by hand on a product, or with null without it.
 *
 * @param {Cart} cart
 * @param {number} productId
 * @param {ManualDiscount | null} manual
 * @returns {Cart}
 */
export function withDiscount(cart, productId, manual) {
  return changed(cart, productId, { manual });
}

/**
 * The cart of this customer, or with null of nobody known.
 *
 * @param {Cart} cart
 * @param {Customer | null} customer
 * @returns {Cart}
 */
export function forCustomer(cart, customer) {
  return { ...cart, customer };
}

/**
 * The cart with products as the catalogue knows them now: a sale that was parked gets today's prices.
 * Products that are gone from it are kept as they were.
 *
 * @param {Cart} cart
 * @param {(id: number) => Product | null} find
 * @returns {Cart}
 */
export function refreshed(cart, find) {
  const items = cart.items.map((item) => ({ ...item, product: find(item.product.id) ?? item.product }));
  return { ...cart, items };
}

/**
 * The lines with their prices, and their sums in cents. The taxes have an entry for each rate, the highest
 * first, as on the ticket.
 *
 * @param {Cart} cart
 * @param {object} moment
 * @param {number} moment.at milliseconds since 1970
 * @param {string} moment.today the store's day
 * @param {string} moment.birthdayPercent
 */
export function priced(cart, { at, today, birthdayPercent }) {
  const lines = cart.items.map(({ product, quantity, manual }) => {
    const sale = { at, today, birthdayPercent, buyer: cart.customer, manual };
    const { unitTotal, source } = priceFor(product, sale);
    const item = { price: product.exact_price, taxRate: product.tax_rate, unitTotal, quantity };
    const byHand = source === "MANUAL" ? manual : null;
    return { product, quantity, unitTotal, source, manual: byHand, ...soldLine(item) };
  });
  return {
    lines,
    pieces: sum(lines, "quantity"),
    total: sum(lines, "total"),
    saved: sum(lines, "saved"),
    taxes: taxesOf(lines),
  };
}

/**
 * The lines as `POST /api/sync/sales/` takes them. A discount by hand is named only where it is the one that
 * counts.
 *
 * @param {ReturnType<typeof priced>["lines"]} lines
 */
export function soldItems(lines) {
  return lines.map(({ product, quantity, unitTotal, manual }) => ({
    product_id: product.id,
    quantity,
    unit_total: amount(unitTotal),
    ...(manual && { discount_percent: manual.percent, discount_reason: manual.reason }),
  }));
}

/**
 * When a sale was made: now, but not before its shift was opened, which the shop's clock has dated. A slow
 * clock would put the first sales of a shift into the one before.
 *
 * @param {number} now milliseconds since 1970, by the clock of the device
 * @param {{opened_at: string | null} | null} shift that is open
 */
export function soldAt(now, shift) {
  const opened = shift?.opened_at ? Date.parse(shift.opened_at) : now;
  return new Date(Math.max(now, opened)).toISOString();
}

/**
 * The taxes of lines: an entry for each rate, the highest first.
 *
 * @param {{product: {tax_rate: string}, amount: number, tax: number}[]} lines
 */
export function taxesOf(lines) {
  const found = TAX_RATES.map((rate) => {
    const those = lines.filter((line) => line.product.tax_rate === rate);
    return { rate, lines: those.length, base: sum(those, "amount"), tax: sum(those, "tax") };
  });
  return found.filter((part) => part.lines > 0).map(({ rate, base, tax }) => ({ rate, base, tax }));
}

function changed(cart, productId, change) {
  const items = cart.items.map((item) => (item.product.id === productId ? { ...item, ...change } : item));
  return { ...cart, items };
}

function itemOf(cart, productId) {
  return cart.items.find((item) => item.product.id === productId) ?? null;
}

function checkQuantity(pieces, limits) {
  if (!Number.isInteger(pieces) || pieces < 1 || pieces > limits.quantity) throw new CartRefuses("quantity");
}

function sum(lines, member) {
  return lines.reduce((before, line) => before + line[member], 0);
}
