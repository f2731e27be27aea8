/** One order of the tills, whole. */

import { call } from "../shell/api.js";
import { dateAndTime, percentTold } from "../shell/format.js";
import { cents, shown } from "../shell/money.js";
import { t } from "../shell/texts.js";
import { html } from "../shell/ui.js";
import { Form } from "./form.js";
import { Layaway } from "./layaway.js";
import { useNames } from "./names.js";
import { Marks } from "./order_marks.js";
import { Card, Facts, Head, PartsTable, Sure, money, noted } from "./parts.js";
import { Payout } from "./payout.js";
import { addressOf } from "./places.js";
import { Unread, useRecord } from "./record.js";
import { SentTexts } from "./sent_texts.js";
import { TicketCopy } from "./ticket_copy.js";

/**
 * The order with this id: what was sold and paid, who approved what, what came back, what is to be looked at.
 */
export function Order({ id }) {
  const record = useRecord(`/api/orders/${id}/`);
  const names = useNames();
  if (!record.body) return html`<${Head} /><${Unread} record=${record} />`;
  const order = record.body;
  return html`
    <${Head} title=${t("order.one", { folio: order.ticket_folio })}>
      <${Marks} order=${order} />
      <${TicketCopy} id=${id} />
      ${order.status === "PENDING" && order.layaway === null && html`<${Cancel} record=${record} />`}
    <//>
    ${order.flags.length > 0 && html`<${Review} record=${record} names=${names} />`}
    <div class="blocks">
      <${Card} title=${t("order.facts")} name="facts"><${About} order=${order} names=${names} /><//>
      <${Card} title=${t("order.payment")} name="payment"><${Payment} order=${order} /><//>
    </div>
    <${Card} title=${t("order.lines")} name="lines"><${Lines} items=${order.items} /><//>
    ${order.layaway !== null && html`<${Layaway} id=${order.layaway} onChange=${record.again} />`}
    ${order.refund_status !== "NONE" && html`<${ReturnsOf} id=${id} names=${names} />`}`;
}

function About({ order, names }) {
  const buyer = order.customer !== null
    && html`<a href=${addressOf("customers", order.customer)}>${order.customer_name ?? order.customer}</a>`;
  return html`<${Facts} facts=${[
    ["order.number", order.ticket_number],
    ["order.at", dateAndTime(order.created_at)],
    ["order.paid_at", order.paid_at ? dateAndTime(order.paid_at) : undefined],
    ["order.cancelled_at", order.cancelled_at ? dateAndTime(order.cancelled_at) : undefined],
    ["order.user", names.person(order.user)],
    ["order.customer", buyer || t("order.anonymous")],
    ["order.approved_by", order.approved_by === null ? undefined : names.person(order.approved_by),
      "approved"],
    ["order.invoice_code", order.invoice_code ?? undefined],
  ]} />`;
}

function Payment({ order }) {
  const parts = order.payments.map((part) => [
    t(`method.${part.payment_method}`), [part.card_kind && t(`card.${part.card_kind}`), part.reference]
      .filter(Boolean).join(" · ") || "–", money(part.amount),
  ]);
  return html`
    <${Facts} facts=${[
      ["order.subtotal", money(order.subtotal)],
      ["order.tax", money(order.total_tax)],
      ["order.total", html`<strong>${money(order.final_amount)}</strong>`, "total"],
      ["order.saved", money(order.money_saved_total)],
      ["order.received", order.cash_received === null ? undefined : money(order.cash_received)],
      ["order.change", order.change === null ? undefined : money(order.change)],
      ["order.refunded", order.refund_status === "NONE" ? undefined : money(order.refunded_amount),
        "refunded"],
    ]} />
    ${parts.length > 0 && html`
      <${PartsTable} title=${t("order.payment")} numericFrom=${2} cells=${parts}
        headings=${["methods.name", "order.reference", "methods.amount"]} />`}`;
}

/** What was sold, and which discount counted. */
export function Lines({ items }) {
  const discount = ({ discount_percent: percent, discount_source: source, discount_reason: reason }) =>
    percent !== null && t("line.discount", {
      what: [percentTold(percent), t(`discount.${source}`), reason].filter(Boolean).join(" · "),
    });
  const cells = items.map((item) => {
    const total = cents(item.amount) + cents(item.tax_amount); // what was paid: a whole price for each piece
    return [
      noted(item.product_name, discount(item)), item.quantity, shown(total / item.quantity), shown(total),
      item.returnable_quantity,
    ];
  });
  const headings = ["product", "quantity", "unit_price", "amount", "returnable"];
  return html`
    <${PartsTable} title=${t("order.lines")} cells=${cells} minor=${[2, 4]}
      headings=${headings.map((name) => `line.${name}`)} />`;
}

const NOTE = [{ name: "note", label: "review.note", type: "textarea", isRequired: true, isWide: true }];

/** What a person should look at; once they have, what they found. */
function Review({ record, names }) {
  const { flags, review, id } = record.body;
  const send = async ({ all, key }) =>
    void record.take(await call("POST", `/api/orders/${id}/review/`, { body: all, key }));
  return html`
    <${Card} title=${t("review.title")} name="review">
      <ul class="flags">
        ${flags.map((flag) => html`
          <li key=${flag}><strong>${t(`flag.${flag}`)}</strong>: ${t(`flag.${flag}.why`)}</li>`)}
      </ul>
      ${review && html`
        <p class="good" data-review>
          ${t("review.done", {
            who: names.person(review.user), at: dateAndTime(review.at), note: review.note,
          })}
        </p>`}
      <${Form} fields=${NOTE} values=${{ note: "" }} send=${send}
        submit=${review ? "review.again" : "review.send"} saved="review.saved" />
      ${flags.includes("CONTENT_DIFFERS") && html`<${Sent} id=${id} />`}
    <//>`;
}

/** What the till has sent, and what it sent otherwise for the same sale. */
function Sent({ id }) {
  const record = useRecord(`/api/orders/${id}/sent/`);
  if (!record.body) return html`<${Unread} record=${record} />`;
  return html`<${SentTexts} booked=${record.body.sale} differing=${record.body.differing} />`;
}

function Cancel({ record }) {
  const { id, ticket_folio: folio } = record.body;
  const cancel = async () => {
    await call("POST", `/api/orders/${id}/cancel/`, { body: {} });
    record.again();
  };
  return html`<${Sure} label="order.cancel" question=${t("order.cancel_sure", { folio })} deed=${cancel} />`;
}

function ReturnsOf({ id, names }) {
  const record = useRecord(`/api/orders/${id}/returns/`);
  return html`
    <${Card} title=${t("orders.returns")} name="returns">
      ${record.body
        ? record.body.map((each) => html`
          <${Return} key=${each.id} each=${each} names=${names} changed=${record.again} />`)
        : html`<${Unread} record=${record} />`}
    <//>`;
}

function Return({ each, names, changed }) {
  const cells = each.items.map((item) => [
    noted(item.product_name, t(`disposition.${item.disposition}`)), item.quantity, money(item.unit_refund),
    money(item.amount),
  ]);
  const refunds = each.refunds.map((part) => `${t(`method.${part.payment_method}`)} ${money(part.amount)}`);
  const isOpen = each.exchange_left !== null && cents(each.exchange_left) > 0;
  const points = each.points_returned > 0 || each.points_taken_back > 0;
  return html`
    <article class="stack" data-return=${each.id}>
      <${Facts} facts=${[
        ["order.at", dateAndTime(each.created_at)],
        ["return.amount", html`<strong>${money(each.refund_amount)}</strong>`],
        ["return.method", refunds.join(", ")],
        ["return.reason", each.reason],
        ["return.user", names.person(each.user)],
        ["order.approved_by", each.approved_by === null ? undefined : names.person(each.approved_by)],
        ["return.points", points
          ? t("return.points_told", { back: each.points_returned, taken: each.points_taken_back })
          : undefined],
        ["return.exchange_left", each.exchange_left === null ? undefined : money(each.exchange_left)],
        ["return.payout", each.payout === null ? undefined : t("return.payout_told", {
          amount: money(each.payout.amount), who: names.person(each.payout.user),
          at: dateAndTime(each.payout.at),
        })],
      ]} />
      <${PartsTable} title=${t("return.items")} cells=${cells} minor=${[2]}
        headings=${["line.product", "line.quantity", "return.unit", "return.amount"]} />
      ${isOpen && html`<${Payout} id=${each.id} paid=${changed} />`}
    </article>`;
}
