/**
 * The report of a shift on the screen or on paper: X while it is open, Z after its close (contract §8.1).
 *
 * @module
 */

import { dateAndTime, number, percent, time } from "../shell/format.js";
import { cents, shown } from "../shell/money.js";
import { t } from "../shell/texts.js";
import { html } from "../shell/ui.js";
import { nameOf } from "./cashiers.js";
import { wayOf } from "./drawer.js";

/** `report` as the API answers it. */
export function ShiftReport({ report }) {
  const { shift } = report;
  return html`
    <article class="report stack" data-report=${shift.z_number ?? "X"}>
      <${Head} ...${shift} />
      <div class="figures">
        <${Cash} cash=${report.cash} shift=${shift} />
        <${Sales} ...${report} />
        <${Tenders} tenders=${report.tenders} />
        <${Taxes} title=${t("report.taxes")} taxes=${report.taxes} />
        <${Refunds} ...${report.refunds} />
        <${Layaways} ...${report.layaway} />
        <${Tickets} ...${report} />
        <${Attempts} attempts=${report.close_attempts} />
        <${Late} late=${report.late} adjusted=${report.adjusted} />
      </div>
    </article>`;
}

function Head(shift) {
  const { z_number: z, register_name: register, closed_at: closedAt } = shift;
  return html`
    <header>
      <h2>${z === null ? t("report.x") : t("report.z", { number: z })} · ${register}</h2>
      <p>${t("report.opened", { at: dateAndTime(shift.opened_at), who: nameOf(shift.opened_by) })}</p>
      ${closedAt && html`
        <p>${t("report.closed", { at: dateAndTime(closedAt), who: nameOf(shift.closed_by) })}</p>`}
      ${shift.approved_by && html`<p>${t("report.approved", { who: nameOf(shift.approved_by) })}</p>`}
      ${shift.note && html`<p class="note">${shift.note}</p>`}
    </header>`;
}

function Cash({ cash, shift }) {
  const { expected, counted, difference } = cash;
  const { opening_difference: atOpening } = shift;
  return html`
    <${Block} title=${t("report.cash")}>
      ${wayOf(cash).map(({ name, value }) => html`
        <${Row} key=${name} name=${`cash.${name}`} value=${shown(value)} />`)}
      <${Row} name="cash.expected" strong value=${expected === null ? t("report.blind") : money(expected)} />
      ${counted !== null && html`
        <${Row} name="cash.counted" value=${money(counted)} />
        <${Row} name="cash.difference" strong value=${html`<${Difference} text=${difference} />`} />
        <${Row} name="cash.left" value=${money(shift.left_in_drawer)} />
        <${Row} name="cash.withdrawn" value=${money(shift.withdrawn)} />`}
      ${atOpening !== null && cents(atOpening) !== 0 && html`
        <${Row} name="cash.opening_difference" value=${html`<${Difference} text=${atOpening} />`} />`}
    <//>`;
}

function Sales({ sales }) {
  const total = shown(cents(sales.net) + cents(sales.tax));
  return html`
    <${Block} title=${t("report.sales")}>
      <${Row} name="sales.count" value=${number(sales.count)} />
      <${Row} name="sales.gross" value=${money(sales.gross)} />
      <${Row} name="sales.discounts" value=${shown(-cents(sales.discounts) || 0)} />
      <${Row} name="sales.net" value=${money(sales.net)} />
      <${Row} name="sales.tax" value=${money(sales.tax)} />
      <${Row} name="sales.total" strong value=${total} />
    <//>`;
}

function Tenders({ tenders }) {
  if (!tenders.length) return null;
  const counted = tenders.filter((tender) => tender.counted !== null);
  const columns = (...names) => names.map((name) => t(`tenders.${name}`));
  return html`
    <${Table} title=${t("report.tenders")} columns=${columns("count", "amount", "refunded")}
      rows=${tenders.map(({ payment_method: method, count, amount, refunded }) => [
        t(`tender.${method}`), number(count), money(amount), money(refunded),
      ])} />
    ${counted.length > 0 && html`
      <${Table} title=${t("report.counted")} columns=${columns("counted", "difference")}
        rows=${counted.map(({ payment_method: method, counted, difference }) => [
          t(`tender.${method}`), money(counted), html`<${Difference} text=${difference} />`,
        ])} />`}`;
}

function Taxes({ title, taxes }) {
  if (!taxes.length) return null;
  return html`
    <${Table} title=${title} columns=${[t("taxes.base"), t("taxes.tax")]}
      rows=${taxes.map(({ tax_rate: rate, base, tax }) => [rateShown(rate), money(base), money(tax)])} />`;
}

function Refunds({ count, amount, taxes }) {
  return html`
    <${Block} title=${t("report.refunds")}>
      <${Row} name="refunds.count" value=${number(count)} />
      <${Row} name="refunds.amount" strong value=${money(amount)} />
    <//>
    <${Taxes} title=${t("refunds.taxes")} taxes=${taxes} />`;
}

function Layaways(layaway) {
  const parts = Object.entries(layaway).filter(([, text]) => cents(text) !== 0);
  if (!parts.length) return null;
  return html`
    <${Block} title=${t("report.layaway")}>
      ${parts.map(([name, text]) => html`
        <${Row} key=${name} name=${`layaway.${name}`} value=${money(text)} />`)}
    <//>`;
}

function Tickets({ first_folio: first, last_folio: last, cancelled, open_orders: open, gaps, exchanges }) {
  const left = exchanges.open.reduce((sum, each) => sum + cents(each.left), 0);
  const missing = gaps.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(", ");
  return html`
    <${Block} title=${t("report.tickets")}>
      ${first && html`<${Row} name="tickets.folios" value=${`${first} – ${last}`} />`}
      <${Row} name="tickets.cancelled" value=${number(cancelled)} />
      <${Row} name="tickets.open" value=${number(open)} />
      ${missing && html`<${Row} name="tickets.gaps" value=${missing} />`}
      ${left > 0 && html`<${Row} name="tickets.exchanges" value=${shown(left)} />`}
    <//>`;
}

function Attempts({ attempts }) {
  if (!attempts.length) return null;
  const columns = ["counted", "difference", "unsent"].map((name) => t(`attempts.${name}`));
  return html`
    <${Table} title=${t("report.attempts")} columns=${columns} rows=${attempts.map((attempt) => [
      time(attempt.at), money(attempt.counted_cash),
      html`<${Difference} text=${attempt.difference} />`, number(attempt.unsent),
    ])} />`;
}

function Late({ late, adjusted }) {
  if (!late.length) return null;
  return html`
    <${Table} title=${t("report.late")} columns=${[t("late.method"), t("late.amount")]}
      rows=${late.map(({ at, payment_method: method, amount }) => [
        dateAndTime(at), t(`tender.${method}`), money(amount),
      ])} />
    ${adjusted && html`
      <${Block} title=${t("report.adjusted")}>
        <${Row} name="cash.expected" value=${money(adjusted.expected)} />
        <${Row} name="cash.difference" strong value=${html`<${Difference} text=${adjusted.difference} />`} />
      <//>`}`;
}

/** A block of figures, each with its name. */
function Block({ title, children }) {
  return html`<section><h3>${title}</h3><table><tbody>${children}</tbody></table></section>`;
}

function Row({ name, value, strong }) {
  return html`
    <tr class=${strong ? "sum" : ""}><th scope="row">${t(name)}</th><td class="number">${value}</td></tr>`;
}

/** A block with several figures of each thing, whose name is the first cell. */
function Table({ title, columns, rows }) {
  return html`
    <section>
      <h3>${title}</h3>
      <table>
        <thead>
          <tr><td></td>${columns.map((name) => html`<th scope="col" class="number">${name}</th>`)}</tr>
        </thead>
        <tbody>
          ${rows.map(([name, ...cells]) => html`
            <tr>
              <th scope="row">${name}</th>${cells.map((cell) => html`<td class="number">${cell}</td>`)}
            </tr>`)}
        </tbody>
      </table>
    </section>`;
}

/** What is too much has a plus, what is missing a minus; null is a dash. */
function Difference({ text }) {
  if (text === null) return "–";
  const value = cents(text);
  return html`<span class=${value === 0 ? "good" : "bad"}>${value > 0 ? "+" : ""}${shown(value)}</span>`;
}

function money(text) {
  return text === null ? "–" : shown(cents(text));
}

function rateShown(rate) {
  if (rate === null) return t("taxes.unknown");
  return rate === "EXENT" ? t("taxes.exempt") : t("taxes.rate", { percent: percent(Number(rate)) });
}
