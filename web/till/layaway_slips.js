// @ts-check
/** The slips of an apartado: what is kept on which terms, with all that was paid; and the last payment. */

import { cents, shown } from "../shell/money.js";
import { Roll } from "./rows.js";
import { tenderName } from "./ticket_words.js";

/** @typedef {import("./slips.js").Words} Words */

/**
 * The statement of an apartado; while it is open, the customer signs it.
 *
 * @param {any} layaway as the API answers it
 * @param {number} columns
 * @param {Words} words
 * @returns {import("./rows.js").Row[]}
 */
export function layawayRows(layaway, columns, words) {
  const { t, nameOf, dateOf } = words;
  const { status, user, created_at: at, items, payments, refunds, fee } = layaway;
  const roll = new Roll(columns);
  head(roll, t(`slip.layaway.${status}`), layaway, words);
  roll.pair(t("ticket.date"), dateOf(at));
  roll.pair(t("ticket.seller"), nameOf(user));
  roll.rule();
  roll.goods(items.map(lineOf));
  roll.rule();
  roll.pair(t("ticket.total"), shown(cents(layaway.total)), true);
  roll.rule();
  payments.forEach((part, place) => {
    if (part.payment !== payments[place - 1]?.payment) roll.left(dateOf(part.created_at));
    roll.under(tenderName(t, part), shown(cents(part.amount)));
  });
  roll.rule();
  sums(roll, layaway, words);
  if (status === "CANCELLED") {
    roll.rule();
    roll.left(t("slip.layaway.given_back"), true);
    for (const part of refunds) roll.pair(tenderName(t, part), shown(cents(part.amount)));
    if (cents(fee) > 0) roll.pair(t("layaway.fee"), shown(cents(fee)));
  }
  if (status === "OPEN") roll.signature(t("slip.customer_signs"));
  foot(roll, layaway, words);
  return roll.rows;
}

/**
 * The receipt of the last payment for an apartado.
 *
 * @param {any} layaway as the API answers it
 * @param {number} columns
 * @param {Words} words
 * @returns {import("./rows.js").Row[]}
 */
export function paymentRows(layaway, columns, words) {
  const { t, nameOf, dateOf } = words;
  const { status, payments, cash_received: received, change } = layaway;
  const last = payments.at(-1);
  const parts = payments.filter(({ payment }) => payment === last.payment);
  const paid = parts.reduce((sum, part) => sum + cents(part.amount), 0);
  const roll = new Roll(columns);
  const notice = status === "CANCELLED" ? `\n*** ${t("ticket.cancelled")} ***` : ""; // the money went back
  head(roll, t("slip.payment") + notice, layaway, words);
  roll.pair(t("ticket.date"), dateOf(last.created_at));
  roll.pair(t("ticket.seller"), nameOf(last.user));
  roll.rule();
  roll.pair(t("slip.paid_now"), shown(paid), true);
  for (const part of parts) roll.pair(tenderName(t, part), shown(cents(part.amount)));
  if (received !== null) roll.pair(t("ticket.received"), shown(cents(received)));
  if (change !== null) roll.pair(t("ticket.change"), shown(cents(change)), true);
  roll.rule();
  roll.pair(t("layaway.total"), shown(cents(layaway.total)));
  sums(roll, layaway, words);
  foot(roll, layaway, words);
  return roll.rows;
}

function head(roll, title, { ticket_folio: folio, customer_name: name }, { t, shop }) {
  roll.shop(shop, t("ticket.rfc"));
  roll.centred(title, true);
  roll.blank();
  roll.pair(t("ticket.folio"), folio, true);
  if (name) roll.pair(t("ticket.customer"), name);
}

function sums(roll, { status, paid, balance, due_date: due }, { t }) {
  roll.pair(t("layaway.paid"), shown(cents(paid)));
  if (status === "CANCELLED") return;
  roll.pair(t("layaway.balance"), shown(cents(balance)), true);
  if (status === "OPEN") roll.pair(t("slip.due"), dayOf(due));
}

/** What the customer brings along next time. */
function foot(roll, { status, ticket_folio: folio }, { t, shop }) {
  roll.blank();
  if (status === "OPEN") roll.centred(t("slip.keep"));
  roll.code(folio);
  if (!shop.footer) return;
  roll.blank();
  roll.centred(shop.footer);
}

/** `30/11/2026` of the shop's day `2026-11-30`. */
function dayOf(day) {
  return day.split("-").reverse().join("/");
}

function lineOf({ product_name: name, quantity, amount, tax_amount: tax }) {
  const total = cents(amount) + cents(tax);
  return { name, quantity, unitTotal: Math.round(total / quantity), total };
}
