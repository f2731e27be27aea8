// @ts-check
/**
 * How a sale is paid: by one tender or several, until nothing remains (contract §8.2). Amounts are cents.
 * Nothing is changed in place.
 */

import { amount } from "../shell/money.js";

/** @typedef {"CASH" | "CARD" | "TRANSFER" | "VOUCHER" | "POINTS" | "CREDIT" | "EXCHANGE"} Method */
/** @typedef {"CREDIT" | "DEBIT"} CardKind */

/**
 * @typedef {object} Tender
 * @property {number} id to remove it by
 * @property {Method} method
 * @property {number} amount
 * @property {number | null} received what was handed over; null unless it is cash
 * @property {string | null} reference
 * @property {CardKind | null} cardKind
 */

/** @typedef {{total: number, tenders: Tender[], nextId: number}} Payment */

/**
 * What paying with a method depends on; balances are what the server said last.
 *
 * @typedef {object} Circumstances
 * @property {boolean} online
 * @property {{points: number, creditLeft: number} | null} customer the balance in points, and in cents
 * @property {{id: number, left: number} | null} exchange a return, and the cents that are left of it
 */

/**
 * Why a tender is not taken.
 *
 * @typedef {"offline" | "no_customer" | "no_points" | "no_credit" | "no_exchange" | "exchange_short" |
 *   "twice" | "too_many" | "paid" | "no_amount" | "too_much" | "not_whole_pesos"} Reason
 */

/** The tenders that draw on a balance which the shop keeps, and what is said of one that is too small. */
const LACKS = /** @type {const} */ ({ POINTS: "no_points", CREDIT: "no_credit", EXCHANGE: "exchange_short" });
/** A card is chosen by its kind: invoices have a form of payment for each (docs/fiscal.md). */
export const CARDS = /** @type {{method: "CARD", cardKind: CardKind}[]} */ ([
  { method: "CARD", cardKind: "DEBIT" }, { method: "CARD", cardKind: "CREDIT" },
]);

const TENDERS_MAX = 10;
const PESO = 100;
/** The notes of Mexico. */
const NOTES = [20, 50, 100, 200, 500, 1000].map((pesos) => pesos * PESO);

/** A tender that is not taken; `reason` says why. */
export class TenderRefused extends Error {
  /** @param {Reason} reason */
  constructor(reason) {
    super(`The tender is not taken: ${reason}`);
    this.reason = reason;
  }
}

/**
 * A payment with nothing paid yet.
 *
 * @param {number} total
 * @returns {Payment}
 */
export function paymentOf(total) {
  return { total, tenders: [], nextId: 1 };
}

/** @param {Payment} payment */
export function remaining({ total, tenders }) {
  return total - sum(tenders, "amount");
}

/**
 * Whether the sale may be confirmed. A sale that costs nothing needs a tender of nothing.
 *
 * @param {Payment} payment
 */
export function isPaid(payment) {
  return remaining(payment) === 0 && payment.tenders.length > 0;
}

/**
 * The change to give back. Only cash gives change.
 *
 * @param {Payment} payment
 */
export function change({ tenders }) {
  const cash = tenders.filter((tender) => tender.method === "CASH");
  return sum(cash, "received") - sum(cash, "amount");
}

/**
 * The payment after notes and coins were handed over: they pay what remains, and the rest is change.
 *
 * @param {Payment} payment
 * @param {number} received
 * @returns {Payment}
 * @throws {TenderRefused}
 */
export function payCash(payment, received) {
  const part = Math.min(received, remaining(payment));
  return taken(payment, { method: "CASH", amount: part, received, reference: null, cardKind: null });
}

/**
 * The payment after a tender that is not cash, by default of all that remains.
 *
 * @param {Payment} payment
 * @param {Exclude<Method, "CASH">} method
 * @param {Circumstances} circumstances
 * @param {{amount?: number, reference?: string, cardKind?: CardKind}} [details]
 * @returns {Payment}
 * @throws {TenderRefused}
 */
export function payBy(payment, method, circumstances, details = {}) {
  const reason = whyNot(payment, method, circumstances);
  if (reason) throw new TenderRefused(reason);
  const most = mostOf(payment, method, circumstances);
  const part = details.amount ?? Math.min(remaining(payment), most);
  if (part > remaining(payment)) throw new TenderRefused("too_much");
  const isWhole = part % PESO === 0 || part === payment.total;
  if (method === "POINTS" && !isWhole) throw new TenderRefused("not_whole_pesos");
  if (part > most) throw new TenderRefused(LACKS[method]);
  const { reference = referenceOf(method, circumstances), cardKind = null } = details;
  return taken(payment, { method, amount: part, received: null, reference, cardKind });
}

/**
 * The payment without one of its tenders.
 *
 * @param {Payment} payment
 * @param {number} id
 * @returns {Payment}
 */
export function withoutTender(payment, id) {
  return { ...payment, tenders: payment.tenders.filter((tender) => tender.id !== id) };
}

/**
 * Why the method cannot pay anything now, or null if it can. Points, credit and what is left of a return are
 * balances that the server keeps: a till without a network cannot ask for them. Of several returns each pays
 * once.
 *
 * @param {Payment} payment
 * @param {Method} method
 * @param {Circumstances} circumstances
 * @returns {Reason | null}
 */
export function whyNot(payment, method, circumstances) {
  if (isPaid(payment)) return "paid";
  if (payment.tenders.length >= TENDERS_MAX) return "too_many";
  if (!(method in LACKS)) return null;
  if (!circumstances.online) return "offline";
  if (method === "EXCHANGE" && !circumstances.exchange) return "no_exchange";
  if (method !== "EXCHANGE" && !circumstances.customer) return "no_customer";
  const reference = referenceOf(method, circumstances);
  if (payment.tenders.some((each) => each.method === method && each.reference === reference)) return "twice";
  return mostOf(payment, method, circumstances) > 0 ? null : LACKS[method];
}

/**
 * Amounts that a buyer may hand over for what remains: exactly that, then the next round amount of each note,
 * ascending.
 *
 * @param {number} due
 * @param {{most?: number, notes?: number[]}} [how]
 * @returns {number[]}
 */
export function quickCash(due, { most = 5, notes = NOTES } = {}) {
  if (due <= 0) return [0];
  const round = notes.map((note) => Math.ceil(due / note) * note);
  return [...new Set([due, ...round])].sort((one, other) => one - other).slice(0, most);
}

/**
 * The members of a sale that say how it was paid, as the API takes them. Cash that was handed over in parts
 * is one payment.
 *
 * @param {Payment} payment
 */
export function paidMembers({ tenders }) {
  const cash = tenders.filter((tender) => tender.method === "CASH");
  const payments = tenders
    .filter((tender) => tender.method !== "CASH" || tender === cash[0])
    .map((tender) => ({
      payment_method: tender.method,
      amount: amount(tender === cash[0] ? sum(cash, "amount") : tender.amount),
      ...(tender.reference && { reference: tender.reference }),
      ...(tender.cardKind && { card_kind: tender.cardKind }),
    }));
  return { payments, ...(cash.length > 0 && { cash_received: amount(sum(cash, "received")) }) };
}

/**
 * Whether a sale that was paid so goes through the outbox: what draws on balances has to be asked of the
 * server.
 *
 * @param {Payment} payment
 */
export function isPaidOffline({ tenders }) {
  return !tenders.some(({ method }) => method in LACKS);
}

/** The most that the method can pay. Points pay whole pesos; if they pay all, the last one pays the cents. */
function mostOf(payment, method, { customer, exchange }) {
  if (method === "EXCHANGE") return exchange.left;
  if (method === "CREDIT") return customer.creditLeft;
  if (method !== "POINTS") return Infinity;
  const whole = Math.min(customer.points * PESO, Math.floor(remaining(payment) / PESO) * PESO);
  const paysAll = payment.tenders.length === 0 && Math.ceil(payment.total / PESO) <= customer.points;
  return paysAll ? payment.total : whole;
}

/** An exchange names its return. */
function referenceOf(method, { exchange }) {
  return method === "EXCHANGE" ? `${exchange.id}` : null;
}

function taken(payment, tender) {
  if (isPaid(payment)) throw new TenderRefused("paid");
  if (payment.tenders.length >= TENDERS_MAX) throw new TenderRefused("too_many");
  const isNothing = tender.amount === 0 && (payment.total > 0 || payment.tenders.length > 0);
  const isAmount = Number.isSafeInteger(tender.amount) && tender.amount >= 0;
  if (!isAmount || isNothing) throw new TenderRefused("no_amount");
  const tenders = [...payment.tenders, { id: payment.nextId, ...tender }];
  return { ...payment, tenders, nextId: payment.nextId + 1 };
}

function sum(tenders, member) {
  return tenders.reduce((before, tender) => before + tender[member], 0);
}
