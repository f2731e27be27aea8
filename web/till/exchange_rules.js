// @ts-check
/**
 * What is left of returns whose money was kept for other goods (contract §8.3): how one is found, and what it
 * can still pay. Amounts are cents.
 */

import { cents } from "../shell/money.js";
import { ticketIn } from "./return_rules.js";

/** @typedef {{id: number, left: number}} Exchange the return, and what is left of it */

/** The number of a return, as its slip shows it. */
const NUMBER = /^\d{1,7}$/;

/**
 * What was scanned or typed: the number of a return, or the ticket of the sale whose goods came back, which
 * its slip has as a code.
 *
 * @param {string} code
 * @param {string} series of this register
 * @returns {{id: number} | {ticket: string}}
 */
export function wantedBy(code, series) {
  const plain = code.trim();
  return NUMBER.test(plain) ? { id: Number(plain) } : { ticket: ticketIn(plain, series) };
}

/**
 * What is left of a return as the API shows it; null: nothing is.
 *
 * @param {{id: number, exchange_left: string | null}} returned
 * @returns {Exchange | null}
 */
export function exchangeOf({ id, exchange_left: text }) {
  const left = text === null ? 0 : cents(text);
  return left > 0 ? { id, left } : null;
}
