// @ts-check
/** The slips of a return: what came back and its money, and what was paid out of an exchange later. */

import { cents, shown } from "../shell/money.js";
import { exchangeOf } from "./exchange_rules.js";
import { Roll, count } from "./rows.js";

/**
 * @param {{returned: any, ticket: string}} made the return as the API answers it, the ticket as it is scanned
 * @param {number} columns
 * @param {import("./slips.js").Words} words
 * @returns {import("./rows.js").Row[]}
 */
export function returnRows({ returned, ticket }, columns, { t, nameOf, dateOf, shop }) {
  const roll = new Roll(columns);
  const { points_returned: points, points_taken_back: taken, approved_by: approver } = returned;
  roll.shop(shop, t("ticket.rfc"));
  roll.centred(t("slip.return", { number: returned.id }), true);
  roll.blank();
  roll.pair(t("ticket.number"), ticket);
  roll.pair(t("ticket.date"), dateOf(returned.created_at));
  roll.pair(t("ticket.seller"), nameOf(returned.user));
  if (approver) roll.pair(t("slip.approved"), nameOf(approver));
  roll.rule();
  roll.goods(returned.items.map(lineOf));
  roll.rule();
  roll.pair(t("slip.returned"), shown(cents(returned.refund_amount)), true);
  for (const { payment_method: method, amount } of returned.refunds) {
    roll.pair(t(`method.${method}`), shown(cents(amount)));
  }
  if (points > 0) roll.pair(t("slip.points_returned"), count(points));
  if (taken > 0) roll.pair(t("slip.points_taken"), count(taken));
  roll.left(t("slip.reason", { reason: returned.reason }));
  roll.signature(t("slip.customer_signs"));
  roll.blank();
  if (exchangeOf(returned)) roll.centred(t("slip.exchange", { number: returned.id }), true);
  roll.code(ticket);
  return roll.rows;
}

/**
 * @param {any} returned as the API answers it, with its payout
 * @param {number} columns
 * @param {import("./slips.js").Words} words
 * @returns {import("./rows.js").Row[]}
 */
export function payoutRows({ id, payout }, columns, { t, nameOf, dateOf, shop }) {
  const roll = new Roll(columns);
  roll.shop(shop, t("ticket.rfc"));
  roll.centred(t("slip.payout", { number: id }), true);
  roll.blank();
  roll.pair(t("ticket.date"), dateOf(payout.at));
  roll.pair(t("slip.by"), nameOf(payout.user));
  roll.rule();
  roll.pair(t("slip.amount"), shown(cents(payout.amount)), true);
  roll.signature(t("slip.customer_signs"));
  return roll.rows;
}

function lineOf({ product_name: name, quantity, unit_refund: unit, amount }) {
  return { name, quantity, unitTotal: cents(unit), total: cents(amount) };
}
