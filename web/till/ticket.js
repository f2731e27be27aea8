// @ts-check
/** The rows of a ticket, laid out as the server's (`services/sales/api/tickets`). */

import { shown } from "../shell/money.js";
import { Roll, count } from "./rows.js";

/** @typedef {import("./rows.js").Row} Row */

/**
 * What a ticket shows. Amounts are cents; what is not known is null or left out.
 *
 * @typedef {object} Ticket
 * @property {import("./rows.js").Shop} shop
 * @property {string} [notice] a warning above and below, such as that it is a copy or not paid
 * @property {string | null} [number] the consecutive one: `C2-000123`; null: it has none
 * @property {string} folio
 * @property {string | null} [invoiceCode] known once the server has the sale
 * @property {string} date
 * @property {string} seller
 * @property {string} [register]
 * @property {string | null} [customer]
 * @property {import("./rows.js").Line[]} lines
 * @property {number} total
 * @property {number} [saved] before tax
 * @property {{rate: string, base: number, tax: number}[]} taxes
 * @property {{name: string, amount: number}[]} tenders
 * @property {number | null} [received] in cash
 * @property {number | null} [change]
 * @property {{earned: number, balance: number | null} | null} [points]
 * @property {string} [qr] the whole id of the sale, or an address with it
 */

/**
 * The words of a ticket; `taxOf` says `IVA 16% de $152.42` of a rate, the amount it is on, and whether it is
 * exempt.
 *
 * @typedef {object} Words
 * @property {string} rfc
 * @property {string} number
 * @property {string} folio
 * @property {string} invoiceCode
 * @property {string} date
 * @property {string} seller
 * @property {string} register
 * @property {string} customer
 * @property {string} total
 * @property {string} saved
 * @property {string} received
 * @property {string} change
 * @property {string} earned
 * @property {string} balance
 * @property {(rate: string, base: string) => string} taxOf
 */

const EXEMPT = "EXENT";

/**
 * The rows of a ticket.
 *
 * @param {Ticket} ticket
 * @param {number} columns
 * @param {Words} words
 * @returns {Row[]}
 */
export function ticketRows(ticket, columns, words) {
  const roll = new Roll(columns);
  head(roll, ticket, words);
  roll.rule();
  roll.goods(ticket.lines);
  roll.rule();
  sums(roll, ticket, words);
  foot(roll, ticket, words);
  return roll.rows;
}

/** @param {Roll} roll @param {Ticket} ticket @param {Words} words */
function head(roll, { shop, notice, ...ticket }, words) {
  roll.shop(shop, words.rfc);
  if (notice) {
    roll.centred(`*** ${notice} ***`, true);
    roll.blank();
  }
  if (ticket.number) roll.pair(words.number, ticket.number, true);
  roll.pair(words.folio, ticket.folio);
  if (ticket.invoiceCode) roll.pair(words.invoiceCode, ticket.invoiceCode);
  roll.pair(words.date, ticket.date);
  if (ticket.register) roll.pair(words.register, ticket.register);
  roll.pair(words.seller, ticket.seller);
  if (ticket.customer) roll.pair(words.customer, ticket.customer);
}

/** @param {Roll} roll @param {Ticket} ticket @param {Words} words */
function sums(roll, { received = null, change = null, ...ticket }, words) {
  roll.pair(words.total, shown(ticket.total), true);
  if (ticket.saved) roll.pair(words.saved, shown(ticket.saved));
  for (const { rate, base, tax } of ticket.taxes) {
    roll.pair(words.taxOf(rate, shown(base)), shown(rate === EXEMPT ? base : tax));
  }
  if (ticket.tenders.length) roll.rule();
  for (const tender of ticket.tenders) roll.pair(tender.name, shown(tender.amount));
  if (received !== null) roll.pair(words.received, shown(received));
  if (change !== null) roll.pair(words.change, shown(change), true);
  if (ticket.points) {
    roll.rule();
    roll.pair(words.earned, count(ticket.points.earned));
    if (ticket.points.balance !== null) roll.pair(words.balance, count(ticket.points.balance));
  }
}

/** @param {Roll} roll @param {Ticket} ticket @param {Words} words */
function foot(roll, { shop, notice, folio, qr }, words) {
  if (notice) {
    roll.blank();
    roll.centred(`*** ${notice} ***`, true);
  }
  roll.blank();
  if (qr) roll.code(qr, folio);
  else roll.centred(folio);
  if (!shop.footer) return;
  roll.blank();
  roll.centred(shop.footer);
}
