/**
 * The receipt of a return: what the customer gets, on the screen and on paper.
 *
 * @module
 */

import { dateAndTime } from "../shell/format.js";
import { cents, shown } from "../shell/money.js";
import { t } from "../shell/texts.js";
import { html } from "../shell/ui.js";
import { bootstrap } from "./catalogue.js";
import { useFocus } from "./focus.js";
import { show } from "./screens.js";

export function Receipt({ returned, ticket, again }) {
  const next = useFocus();
  const { points_returned: points, created_at: at, reason } = returned;
  return html`
    <section class="card stack narrow receipt" data-return=${returned.id}>
      <h2 class="paper">${bootstrap.value?.shop.name}</h2>
      <p role="status" class="good">${t("return.done", { number: returned.id })}</p>
      <p class="no-print">${t("return.hand_over")}</p>
      <ul class="lines">
        ${returned.refunds.map(({ payment_method: method, amount }) => html`
          <li class="row" key=${method}>
            <span class="grow">${t(`tender.${method}`)}</span>
            <strong class="total number">${shown(cents(amount))}</strong>
          </li>`)}
      </ul>
      ${points > 0 && html`<p>${t("return.points", { count: points })}</p>`}
      <ul class="lines">
        ${returned.items.map(({ product_id: id, product_name: name, quantity, amount, disposition }) => html`
          <li class="row" key=${`${id} ${disposition}`}>
            <span class="grow">${quantity} × ${name}
              ${disposition === "DISCARD" && html`<span class="quiet"> · ${t("return.discarded")}</span>`}
            </span>
            <span class="number">${shown(cents(amount))}</span>
          </li>`)}
      </ul>
      <p class="quiet">${t("return.about", { ticket, at: dateAndTime(at) })} ${reason}</p>
      <button class="primary no-print" ref=${next} onClick=${() => show(null)}>${t("screen.back")}</button>
      <button class="no-print" onClick=${() => print()}>${t("return.print")}</button>
      <button class="plain no-print" onClick=${again}>${t("return.another")}</button>
    </section>`;
}
