// @ts-check
/**
 * The cash of a drawer: counted by notes and coins at the close of a shift, and moved without a sale
 * (contract §8.1). Amounts are cents.
 */

import { amount, cents, typedCents } from "../shell/money.js";

/** The notes and coins of Mexico, in cents, in the order in which a drawer is counted. */
export const DENOMINATIONS = [1000, 500, 200, 100, 50, 20, 10, 5, 2, 1, 0.5].map((pesos) => pesos * 100);

/** The tenders beside cash of which something can be counted: slips, transfers, vouchers. */
export const COUNTABLE = ["CARD", "TRANSFER", "VOUCHER"];

const PIECES = /^\d{1,6}$/;

/**
 * What was typed at the close, as text. A blank is nothing, of `left` everything.
 *
 * @typedef {object} Typed
 * @property {Record<string, string>} pieces by the denomination in cents
 * @property {Record<string, string>} tenders by payment method
 * @property {string} left what stays in the drawer
 * @property {string} note
 */

/** @type {Readonly<Typed>} */
export const NOTHING_TYPED = Object.freeze({ pieces: {}, tenders: {}, left: "", note: "" });

/**
 * The pieces of a denomination: a whole number. Null if it is none.
 *
 * @param {string | undefined} text
 * @returns {number | null}
 */
export function piecesOf(text = "") {
  const plain = text.trim();
  if (plain === "") return 0;
  return PIECES.test(plain) ? Number(plain) : null;
}

/**
 * The cash that was counted; what is no number counts as none.
 *
 * @param {Typed["pieces"]} pieces
 * @returns {number}
 */
export function cashOf(pieces) {
  return DENOMINATIONS.reduce((sum, value) => sum + value * (piecesOf(pieces[value]) ?? 0), 0);
}

/**
 * What was typed as a close: the cash, what stays and what is withdrawn, the fields that are wrong (a
 * denomination in cents, a payment method, `left`), and the body of the request.
 *
 * @param {Typed} typed
 * @param {number} unsent
 */
export function closeOf({ pieces, tenders, left, note }, unsent) {
  const cash = cashOf(pieces);
  const stays = left.trim() === "" ? cash : typedCents(left);
  const counted = Object.entries(tenders).filter(([, text]) => text.trim() !== "");
  const wrong = [
    ...DENOMINATIONS.filter((value) => piecesOf(pieces[value]) === null).map(String),
    ...counted.filter(([, text]) => !(Number(typedCents(text) ?? -1) >= 0)).map(([method]) => method),
    ...(stays === null || stays < 0 || stays > cash ? ["left"] : []),
  ];
  if (wrong.length || stays === null) return { cash, left: null, withdrawn: null, wrong, body: null };
  const body = {
    counted_cash: amount(cash),
    denominations: denominationsOf(pieces),
    ...(counted.length && { counted: Object.fromEntries(counted.map(asSent)) }),
    left_in_drawer: amount(stays),
    unsent,
    ...(note.trim() && { note: note.trim() }),
  };
  return { cash, left: stays, withdrawn: cash - stays, wrong, body };
}

/**
 * The cash that came (above zero) or went by a movement.
 *
 * @param {{kind: string, amount: string}} movement
 * @returns {number}
 */
export function moved({ kind, amount: text }) {
  const value = cents(text);
  return kind === "PAID_IN" || value === 0 ? value : -value;
}

/**
 * Whether cash is among the parts of a payment or of a refund: the drawer is needed.
 *
 * @param {{payment_method: string}[]} parts
 */
export function hasCash(parts) {
  return parts.some((part) => part.payment_method === "CASH");
}

function denominationsOf(pieces) {
  const found = DENOMINATIONS.map((value) => [amount(value), piecesOf(pieces[value]) ?? 0]);
  return Object.fromEntries(found.filter(([, number]) => number));
}

/** @param {[string, string]} entry */
function asSent([method, text]) {
  return [method, amount(/** @type {number} */ (typedCents(text)))];
}
