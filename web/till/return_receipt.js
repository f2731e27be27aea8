/**
 * A return that was made: what the customer gets, and its receipt.
 *
 * @module
 */

import { dateAndTime } from "../shell/format.js";
import { cents, shown } from "../shell/money.js";
import { t } from "../shell/texts.js";
import { html } from "../shell/ui.js";
import { PrintProblem } from "./confirmed_screen.js";
import { exchangeOf } from "./exchange_rules.js";
import { useFocus } from "./focus.js";
import { returnRows } from "./return_slip.js";
import { confirmed } from "./sale.js";
import { show } from "./screens.js";
import { Print } from "./slips.js";

export function Receipt({ returned, ticket, again }) {
  const next = useFocus();
  const { points_returned: points, created_at: at, reason } = returned;
  const given = returned.refunds.filter(({ payment_method: method }) => method !== "EXCHANGE");
  const left = exchangeOf(returned)?.left;
  const back = () => {
    if (left) confirmed.value = null; // the sale of before, with its change, is none to go on with
    show(null);
  };
  return html`
    <section class="card stack narrow" data-return=${returned.id}>
      <p role="status" class="good">${t("return.done", { number: returned.id })}</p>
      ${given.length > 0 && html`
        <p>${t("return.hand_over")}</p>
        <ul class="lines">
          ${given.map(({ payment_method: method, amount }) => html`
            <li class="row" key=${method}>
              <span class="grow">${t(`method.${method}`)}</span>
              <strong class="total number">${shown(cents(amount))}</strong>
            </li>`)}
        </ul>`}
      ${left && html`
        <p>${t("return.kept")}</p>
        <p class="total number">${shown(left)}</p>`}
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
      <button class="primary" ref=${next} onClick=${back}>
        ${t(left ? "exchange.use" : "screen.back")}
      </button>
      <${Print} rowsOf=${returnRows} of=${{ returned, ticket }} />
      <${PrintProblem} />
      <button class="plain" onClick=${again}>${t("return.another")}</button>
    </section>`;
}
