/** Orders of the tills as a list shows them. */

import { dateAndTime } from "../shell/format.js";
import { t } from "../shell/texts.js";
import { html } from "../shell/ui.js";
import { Tag, money, orNothing } from "./parts.js";
import { addressOf } from "./places.js";

/** The states of an order, each with its tone. */
export const STATUSES = { PENDING: "warn", PAID: "good", CANCELLED: "bad" };

/** The columns of a list of orders, for others that show some. */
export const SALE_COLUMNS = [
  { name: "folio", label: "order.folio", cell: (order) => order.ticket_folio },
  { name: "at", label: "order.at", ordering: "created_at", cell: (order) => dateAndTime(order.created_at) },
  { name: "customer", label: "order.customer", minor: true, cell: (order) => orNothing(order.customer_name) },
  { name: "method", label: "methods.name", minor: true,
    cell: (order) => (order.payment_method ? t(`method.${order.payment_method}`) : "–") },
  { name: "total", label: "order.total", numeric: true, cell: (order) => money(order.final_amount) },
  { name: "status", label: "order.status", cell: (order) => html`<${Marks} order=${order} />` },
];

/** The states of an apartado, each with its tone. */
export const LAYAWAY_STATUSES = { OPEN: "", PAID: "good", CANCELLED: "bad" };

/** The address of an order of the tills. */
export const ticket = (order) => addressOf("orders", order.id);

/** The state of an apartado; of one that is open, also whether it should have been paid by now. */
export function LayawayMark({ layaway: { status, overdue } }) {
  if (overdue) return html`<${Tag} tone="bad">${t("layaway.overdue")}<//>`;
  return html`<${Tag} tone=${LAYAWAY_STATUSES[status]}>${t(`layaway.${status}`)}<//>`;
}

/** What is to be seen of an order at a glance. */
export function Marks({ order }) {
  const isOpen = order.flags.length > 0 && order.review === null;
  return html`
    <span class="tags">
      <${Tag} tone=${STATUSES[order.status]}>${t(`order.${order.status}`)}<//>
      ${order.refund_status !== "NONE" && html`<${Tag} tone="warn">${t(`refund.${order.refund_status}`)}<//>`}
      ${isOpen && html`<${Tag} tone="bad">${t("order.to_review")}<//>`}
    </span>`;
}
