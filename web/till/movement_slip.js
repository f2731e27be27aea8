// @ts-check
/** The slip of cash that came or went without a sale: who moved it signs for it. */

import { shown } from "../shell/money.js";
import { moved } from "./drawer.js";
import { Roll } from "./rows.js";

/**
 * @param {{movement: any, shift: any}} cash as the API answers both
 * @param {number} columns
 * @param {import("./slips.js").Words} words
 * @returns {import("./rows.js").Row[]}
 */
export function movementRows({ movement, shift }, columns, { t, nameOf, dateOf, shop }) {
  const roll = new Roll(columns);
  const amount = moved(movement);
  roll.shop(shop, t("ticket.rfc"));
  roll.centred(t(`move.${movement.kind}`), true);
  roll.blank();
  roll.pair(t("ticket.date"), dateOf(movement.created_at));
  roll.pair(t("ticket.register"), shift.register_name);
  roll.pair(t("slip.by"), nameOf(movement.user));
  roll.rule();
  if (amount !== 0) roll.pair(t("slip.amount"), shown(Math.abs(amount)), true);
  roll.left(t("slip.reason", { reason: movement.reason }));
  roll.signature(t("slip.signature"));
  return roll.rows;
}
