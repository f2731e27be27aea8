/**
 * An apartado: its goods, what was paid, what is left, and what is done with it.
 *
 * @module
 */

import { dateAndTime, day } from "../shell/format.js";
import { cents, shown } from "../shell/money.js";
import { isSupervisor } from "../shell/session.js";
import { t } from "../shell/texts.js";
import { html, useEffect, useSignal } from "../shell/ui.js";
import { PrintProblem } from "./confirmed_screen.js";
import { LayawayPayment } from "./layaway_payment.js";
import { layawayRows, paymentRows } from "./layaway_slips.js";
import { cancel, isAsking, layaway, outdated, pay, showOne } from "./layaways.js";
import { isOnline } from "./network.js";
import { ReasonSheet } from "./reason_sheet.js";
import { useNoScans } from "./screens.js";
import { Print } from "./slips.js";
import { tenderName } from "./ticket_words.js";

const USUAL = ["unwanted", "late"].map((name) => `layaway.reason.${name}`);

export function Layaway() {
  const { id, status } = layaway.value;
  useNoScans(isAsking.value);
  useEffect(() => () => void (outdated.value = ""), [id]);
  return html`
    <div class="sale returning">
      <section class="card stack" data-status=${status}>
        <${About} ...${layaway.value} />
        <${Print} rowsOf=${layawayRows} of=${layaway.value}>${t("layaway.print")}<//>
        <${Print} rowsOf=${paymentRows} of=${layaway.value}>${t("layaway.print_payment")}<//>
        <${PrintProblem} />
      </section>
      <section class="paying stack">
        <p role="alert" class="problem">${outdated}</p>
        ${status === "OPEN" ? html`<${Pay} />` : html`<${Ended} ...${layaway.value} />`}
        <button type="button" class="plain" disabled=${isAsking.value}
          onClick=${() => showOne(null)}>${t("layaway.back")}</button>
      </section>
    </div>`;
}

function About({ ticket_folio: folio, customer_name: name, items, payments, total, due_date: due, ...rest }) {
  return html`
    <h2>${t("layaway.of", { name })}</h2>
    <p class="quiet">${t("layaway.folio", { folio })}</p>
    ${rest.status === "OPEN" && html`
      <p class=${rest.overdue ? "bad" : ""}>
        ${t(rest.overdue ? "layaway.overdue" : "layaway.by", { by: day(due) })}
      </p>`}
    <ul class="lines">
      ${items.map((item) => html`
        <li class="row" key=${item.product_id}>
          <span class="grow">${item.quantity} × ${item.product_name}</span>
          <span class="number">${shown(cents(item.amount) + cents(item.tax_amount))}</span>
        </li>`)}
    </ul>
    <${Sum} name="layaway.total" amount=${total} />
    <h3>${t("layaway.payments")}</h3>
    <ul class="lines">
      ${payments.map((part) => html`
        <li class="row" key=${`${part.payment} ${part.payment_method}`} data-paid>
          <span class="grow">${dateAndTime(part.created_at)} · ${tenderName(t, part)}</span>
          <span class="number">${shown(cents(part.amount))}</span>
        </li>`)}
    </ul>
    <${Sum} name="layaway.paid" amount=${rest.paid} />
    ${rest.status !== "CANCELLED" && html`<${Sum} name="layaway.balance" amount=${rest.balance} />`}`;
}

function Sum({ name, amount }) {
  return html`
    <p class="row">
      <span class="grow">${t(name)}</span><strong class="number">${shown(cents(amount))}</strong>
    </p>`;
}

function Pay() {
  const isCancelling = useSignal(false);
  const { id, payments, balance, change } = layaway.value;
  const due = cents(balance);
  const close = () => (isCancelling.value = false);
  return html`
    ${cents(change ?? "0.00") > 0 && html`<${Sum} name="paid.change" amount=${change} />`}
    <${LayawayPayment} key=${`${id} ${payments.length}`} bounds=${{ least: 0, most: due }} take=${pay}
      label=${(amount) => t("layaway.pay", { amount })}>
      <h2>${t("layaway.balance")}</h2>
      <p class="total number" data-balance=${due}>${shown(due)}</p>
    <//>
    ${!isOnline.value && html`<p class="warn">${t("layaway.offline")}</p>`}
    ${isSupervisor.value && html`
      <button type="button" onClick=${() => (isCancelling.value = true)}>${t("layaway.cancel")}</button>`}
    ${isCancelling.value && html`<${Cancel} close=${close} />`}`;
}

/** Paid: the goods are the customer's. Cancelled: the money is, less the shop's fee. */
function Ended({ status, change, refunds, fee }) {
  if (status === "PAID") {
    return html`
      <p role="status" class="good">${t("layaway.is_paid")}</p>
      <p class="total">${t("layaway.deliver")}</p>
      ${cents(change ?? "0.00") > 0 && html`<${Sum} name="paid.change" amount=${change} />`}`;
  }
  return html`
    <p role="status" class="warn">${t("layaway.is_cancelled")}</p>
    <p>${t("return.hand_over")}</p>
    ${refunds.map(({ payment_method: method, amount }) => html`
      <${Sum} key=${method} name=${`method.${method}`} amount=${amount} />`)}
    ${cents(fee) > 0 && html`<${Sum} name="layaway.fee" amount=${fee} />`}`;
}

function Cancel({ close }) {
  const paid = cents(layaway.value.paid);
  return html`
    <${ReasonSheet} title=${t("layaway.cancel")} usual=${USUAL} submit=${t("layaway.cancel")}
      take=${(reason) => cancel(reason, paid)} isOff=${!isOnline.value} close=${close}>
      <p>${t("layaway.gives_back", { paid: shown(paid) })}</p>
    <//>`;
}
