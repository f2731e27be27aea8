/** The report of a shift, whole: Z once it is closed, X until then. */

import { wayOf } from "../shell/cash.js";
import { dateAndTime, percent, span } from "../shell/format.js";
import { shown } from "../shell/money.js";
import { t } from "../shell/texts.js";
import { html } from "../shell/ui.js";
import { useNames } from "./names.js";
import { Card, Difference, Facts, Head, PartsTable, Tag, money, noted } from "./parts.js";
import { addressOf } from "./places.js";
import { Unread, useRecord } from "./record.js";

/** The shift with this id. */
export function Shift({ id }) {
  const record = useRecord(`/api/shifts/${id}/report/`);
  const names = useNames();
  if (!record.body) return html`<${Head} /><${Unread} record=${record} />`;
  const report = record.body;
  const { shift } = report;
  const title = shift.z_number === null ? "shift.x_title" : "shift.z_title";
  return html`
    <${Head} title=${t(title, { register: shift.register_name, number: shift.z_number })}>
      <${Tag} tone=${shift.status === "OPEN" ? "warn" : ""}>${t(`shift.${shift.status}`)}<//>
      <button class="no-print" onClick=${() => window.print()}>${t("ticket.print")}</button>
    <//>
    <div class="blocks">
      <${Card} title=${t("shift.who")} name="who"><${People} shift=${shift} names=${names} /><//>
      <${Card} title=${t("shift.cash")} name="cash"><${Cash} report=${report} /><//>
      <${Card} title=${t("shift.sales")} name="sales" isWhole><${Sold} report=${report} /><//>
      <${Card} title=${t("shift.tenders")} name="tenders" isWhole><${Tenders} report=${report} /><//>
    </div>
    <${Movements} id=${id} names=${names} />
    <${After} report=${report} names=${names} />`;
}

function People({ shift, names }) {
  return html`<${Facts} facts=${[
    ["shift.opened_by", names.person(shift.opened_by)],
    ["shift.opened_at", dateAndTime(shift.opened_at)],
    ["shift.closed_by", shift.closed_by === null ? undefined : names.person(shift.closed_by)],
    ["shift.closed_at", shift.closed_at === null ? undefined : dateAndTime(shift.closed_at)],
    ["shift.users", shift.users.map(names.person).join(", ") || null],
    ["order.approved_by", shift.approved_by === null ? undefined : names.person(shift.approved_by)],
    ["shift.opening_difference", shift.opening_difference === null ? undefined
      : html`<${Difference} of=${shift.opening_difference} />`],
    ["shift.note", shift.note ?? undefined],
  ]} />`;
}

/** The way of the cash, from the opening to what was found. */
function Cash({ report: { cash, shift, adjusted } }) {
  return html`<${Facts} facts=${[
    ...wayOf(cash).map(({ name, value }) => [`cash.${name}`, shown(value)]),
    ["shift.expected", html`<strong>${money(cash.expected)}</strong>`, "expected"],
    ["shift.counted", cash.counted === null ? undefined : money(cash.counted), "counted"],
    ["shift.difference", cash.difference === null ? undefined : html`<${Difference} of=${cash.difference} />`,
      "difference"],
    ["shift.left", shift.left_in_drawer === null ? undefined : money(shift.left_in_drawer)],
    ["shift.withdrawn", shift.withdrawn === null ? undefined : money(shift.withdrawn)],
    ["shift.adjusted_expected", adjusted ? money(adjusted.expected) : undefined],
    ["shift.adjusted_difference", adjusted ? html`<${Difference} of=${adjusted.difference} />` : undefined],
  ]} />`;
}

function Sold({ report }) {
  const { sales, refunds, layaway, taxes } = report;
  return html`
    <${Facts} facts=${[
      ["shift.tickets", sales.count], ["shift.gross", money(sales.gross)],
      ["shift.discounts", money(sales.discounts)],
      ["shift.net", money(sales.net)], ["order.tax", money(sales.tax)],
      ["shift.refunds", t("shift.refunds_told", { count: refunds.count, amount: money(refunds.amount) })],
      ["shift.cancelled", report.cancelled], ["shift.open_orders", report.open_orders],
      ["shift.folios", report.first_folio && `${report.first_folio} – ${report.last_folio}`],
      ["shift.layaway_received", money(layaway.received)],
      ["shift.layaway_returned", money(layaway.returned)],
      ["shift.layaway_applied", money(layaway.applied)],
    ]} />
    <${Taxes} title="shift.taxes" of=${taxes} />
    <${Taxes} title="shift.refund_taxes" of=${refunds.taxes} />`;
}

function Taxes({ title, of }) {
  if (of.length === 0) return null;
  const rate = ({ tax_rate: each }) => {
    if (each === null) return "–";
    return each === "EXENT" ? t("tax.EXENT") : percent(Number(each));
  };
  return html`
    <h4>${t(title)}</h4>
    <${PartsTable} title=${t(title)} headings=${["tax.rate", "tax.base", "order.tax"]}
      cells=${of.map((tax) => [rate(tax), money(tax.base), money(tax.tax)])} />`;
}

function Tenders({ report: { tenders } }) {
  if (tenders.length === 0) return html`<p>${t("shift.no_tenders")}</p>`;
  const cells = tenders.map((each) => [
    t(`method.${each.payment_method}`), each.count, money(each.amount), money(each.refunded),
    money(each.counted),
    each.difference === null ? "–" : html`<${Difference} of=${each.difference} />`,
  ]);
  return html`
    <${PartsTable} title=${t("shift.tenders")} cells=${cells} minor=${[1, 3, 4]}
      headings=${["methods.name", "shift.payments", "methods.amount", "order.refunded", "shift.counted",
        "shift.difference"]} />`;
}

function Movements({ id, names }) {
  const record = useRecord(`/api/shifts/${id}/movements/`);
  const rows = record.body ?? [];
  if (record.body && rows.length === 0) return null;
  return html`
    <${Card} title=${t("shift.movements")} name="movements">
      ${record.body ? html`
        <${PartsTable} title=${t("shift.movements")} numericFrom=${3} minor=${[2]}
          headings=${["order.at", "ledger.kind", "order.user", "methods.amount"]}
          cells=${rows.map((each) => [
            dateAndTime(each.created_at), noted(t(`movement.${each.kind}`), each.reason),
            names.person(each.user), money(each.amount),
          ])} />` : html`<${Unread} record=${record} />`}
    <//>`;
}

/** What somebody should look at: missing numbers, refused closes, what came late, exchanges that are open. */
function After({ report: { gaps, close_attempts: attempts, late, exchanges }, names }) {
  return html`
    ${gaps.length > 0 && html`
      <${Card} title=${t("shift.gaps")} name="gaps"><p>${gaps.map(span).join(", ")}</p><//>`}
    ${attempts.length > 0 && html`
      <${Card} title=${t("shift.attempts")} name="attempts">
        <${PartsTable} title=${t("shift.attempts")} numericFrom=${2} minor=${[1, 2]}
          headings=${["order.at", "order.user", "shift.counted", "shift.difference", "shift.unsent"]}
          cells=${attempts.map((each) => [
            dateAndTime(each.at), names.person(each.user), money(each.counted_cash),
            html`<${Difference} of=${each.difference} />`, each.unsent,
          ])} />
      <//>`}
    ${late.length > 0 && html`
      <${Card} title=${t("shift.late")} name="late">
        <${PartsTable} title=${t("shift.late")} numericFrom=${3} minor=${[2]}
          headings=${["order.at", "shortfall.order", "methods.name", "methods.amount"]}
          cells=${late.map((each) => [noted(dateAndTime(each.at), t(`late.${each.kind}`)),
            each.order === null ? "–"
              : html`<a href=${addressOf("orders", each.order)}>${t("shortfall.see")}</a>`,
            t(`method.${each.payment_method}`), money(each.amount)])} />
      <//>`}
    ${exchanges.open.length > 0 && html`
      <${Card} title=${t("shift.exchanges")} name="exchanges">
        <${PartsTable} title=${t("shift.exchanges")} headings=${["return.number", "return.exchange_left"]}
          cells=${exchanges.open.map((each) => [each.return, money(each.left)])} />
        <a class="button" href=${addressOf("orders", "returns", { payment_method: "EXCHANGE" })}>
          ${t("shift.exchanges_see")}
        </a>
      <//>`}`;
}
