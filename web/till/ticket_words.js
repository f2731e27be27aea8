// @ts-check
/** The words of a ticket in the device's language, and how it writes dates. */

import { TAX_RATES } from "../shell/prices.js";

/** @type {Set<string>} */
const RATES = new Set(TAX_RATES);
const NAMES = /** @type {const} */ ([
  "rfc", "number", "folio", "invoiceCode", "date", "seller", "register", "customer", "total", "saved",
  "received", "change", "earned", "balance",
]);

/** @typedef {(key: string, values?: Record<string, unknown>) => string} Texts */

/**
 * @param {Texts} t
 * @returns {import("./ticket.js").Words}
 */
export function ticketWords(t) {
  const taxOf = (rate, base) => t(`ticket.tax.${RATES.has(rate) ? rate : "unknown"}`, { base });
  const named = Object.fromEntries(NAMES.map((name) => [name, t(`ticket.${name}`)]));
  return /** @type {import("./ticket.js").Words} */ ({ ...named, taxOf });
}

/**
 * The name of a payment method, or of the kind of a card.
 *
 * @param {Texts} t
 * @param {{payment_method: string, card_kind?: string | null}} paid
 */
export function tenderName(t, { payment_method: method, card_kind: kind }) {
  return t(kind ? `ticket.card.${kind}` : `method.${method}`);
}

/**
 * The same of what somebody chooses to pay with.
 *
 * @param {Texts} t
 * @param {{method: string, cardKind?: string | null}} means
 */
export function meansName(t, { method, cardKind }) {
  return tenderName(t, { payment_method: method, card_kind: cardKind });
}

/**
 * The warning on the ticket of a sale of this till: that it was undone, that it is a copy.
 *
 * @param {Texts} t
 * @param {{voided_at?: string}} sale
 * @param {boolean} copy
 */
export function noticeOf(t, { voided_at: undone }, copy) {
  return [undone && t("ticket.cancelled"), copy && t("ticket.copy")].filter(Boolean).join(" · ");
}

/**
 * `01/03/2026 10:20`, in every language: a ticket is read elsewhere, too.
 *
 * @param {string | number | Date} at
 * @param {string} timeZone
 */
export function ticketDate(at, timeZone) {
  const digits = { day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit" };
  const options = /** @type {Intl.DateTimeFormatOptions} */ ({ ...digits, timeZone, hourCycle: "h23" });
  return new Intl.DateTimeFormat("en-GB", options).format(new Date(at)).replace(",", "");
}
