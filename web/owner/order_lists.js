/**
 * The lists of what was sold at the tills: sales, returns, what is kept for somebody, and what was missing.
 */

import { dateAndTime, day } from "../shell/format.js";
import { t } from "../shell/texts.js";
import { html } from "../shell/ui.js";
import { List } from "./list.js";
import { useNames } from "./names.js";
import { optionsOf } from "./options.js";
import { LAYAWAY_STATUSES, LayawayMark, SALE_COLUMNS, STATUSES, ticket } from "./order_marks.js";
import { money, orNothing } from "./parts.js";
import { addressOf } from "./places.js";
import { ticketSought } from "./tickets.js";

const METHODS = ["CASH", "CARD", "TRANSFER", "POINTS", "CREDIT", "VOUCHER", "EXCHANGE", "MIXED"];
const FLAGS = [
  "OVERSOLD", "PRICE_DIFFERS", "UNAPPROVED", "CONTENT_DIFFERS", "LINES_DIFFER", "REVIVED", "PRODUCT_DELETED",
  "CUSTOMER_DELETED", "SELLER_INACTIVE", "CLOCK", "FOLIO_CHANGED", "NO_SHIFT", "SEQ_TAKEN",
];

const DAYS = [{ name: "date_from", label: "range.from" }, { name: "date_to", label: "range.to" }];

/** The sales of the tills. */
export function Sales() {
  const filters = [
    ...DAYS,
    { name: "status", label: "order.status", options: optionsOf("order", Object.keys(STATUSES)) },
    { name: "payment_method", label: "methods.name", options: optionsOf("method", METHODS) },
    { name: "flag", label: "order.flag", options: optionsOf("flag", FLAGS) },
    { name: "reviewed", label: "order.reviewed",
      options: [["false", t("order.to_review")], ["true", t("order.reviewed_yes")]] },
  ];
  return html`
    <${List} path="/api/orders/" title=${t("orders.sales")} columns=${SALE_COLUMNS} filters=${filters}
      search="orders.search" sought=${ticketSought} empty="orders.none" opens=${ticket} />`;
}

/** What came back. */
export function Returns() {
  const { person } = useNames();
  const columns = [
    { name: "id", label: "return.short", cell: ({ id }) => `${id}` },
    { name: "at", label: "order.at", ordering: "created_at", cell: (each) => dateAndTime(each.created_at) },
    { name: "reason", label: "return.reason", cell: ({ reason }) => reason },
    { name: "user", label: "return.user", minor: true, cell: ({ user }) => person(user) },
    { name: "amount", label: "return.amount", numeric: true, cell: (each) => money(each.refund_amount) },
  ];
  const methods = { name: "payment_method", label: "return.method", options: optionsOf("method", METHODS) };
  return html`
    <${List} path="/api/returns/" title=${t("orders.returns")} columns=${columns}
      filters=${[...DAYS, methods]}
      search=${false} empty="returns.none" opens=${({ order }) => addressOf("orders", order)} />`;
}

/** What is kept for somebody who pays in parts. */
export function Layaways() {
  const columns = [
    { name: "folio", label: "order.folio", cell: (each) => each.ticket_folio },
    { name: "customer", label: "order.customer", cell: (each) => orNothing(each.customer_name) },
    { name: "due", label: "layaway.due", minor: true, cell: (each) => day(each.due_date) },
    { name: "total", label: "order.total", numeric: true, minor: true, cell: (each) => money(each.total) },
    { name: "balance", label: "layaway.balance", numeric: true,
      cell: (each) => (each.status === "CANCELLED" ? "–" : money(each.balance)) },
    { name: "status", label: "order.status", cell: (each) => html`<${LayawayMark} layaway=${each} />` },
  ];
  const filters = [
    { name: "status", label: "order.status", options: optionsOf("layaway", Object.keys(LAYAWAY_STATUSES)) },
    { name: "overdue", label: "layaway.when", options: [["true", t("layaway.overdue")]] },
  ];
  return html`
    <${List} path="/api/layaways/" title=${t("orders.layaways")} columns=${columns} filters=${filters}
      search=${false} empty="layaways.none" opens=${({ order }) => addressOf("orders", order)} />`;
}

/** What was sold and not in stock; the next count or receipt of the product settles it. */
export function Shortfalls() {
  const columns = [
    { name: "product", label: "line.product", cell: (each) => each.product_name },
    { name: "quantity", label: "shortfall.quantity", numeric: true, cell: (each) => each.quantity },
    { name: "at", label: "order.at", cell: (each) => dateAndTime(each.created_at) },
    { name: "order", label: "shortfall.order", cell: ({ order }) => (order === null ? "–"
      : html`<a href=${addressOf("orders", order)}>${t("shortfall.see")}</a>`) },
  ];
  return html`
    <p class="quiet">${t("shortfall.told")}</p>
    <${List} path="/api/products/shortfalls/" title=${t("orders.shortfalls")} columns=${columns}
      search=${false}
      empty="shortfalls.none" opens=${({ product }) => addressOf("products", product)} />`;
}
