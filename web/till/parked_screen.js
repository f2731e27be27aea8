/**
 * The sales that were put aside: who, when, how much; a tap goes on with one.
 *
 * @module
 */

import { dateAndTime } from "../shell/format.js";
import { shown } from "../shell/money.js";
import { t } from "../shell/texts.js";
import { html, useSignal } from "../shell/ui.js";
import { parked, resume, today } from "./parking.js";
import { isUnderWay, pricesNow } from "./sale.js";
import { BackToSale, show } from "./screens.js";

export function Parked() {
  const problem = useSignal("");
  const choose = async (clientId) => {
    if (await resume(clientId)) show(null);
    else problem.value = t("parked.gone");
  };
  return html`
    <section class="card stack narrow">
      <h2>${t("parked.title")}</h2>
      ${parked.value.length === 0 && html`<p class="quiet">${t("parked.none")}</p>`}
      ${parked.value.length > 0 && isUnderWay.value && html`<p class="quiet">${t("parked.exchange")}</p>`}
      <p role="alert" class="problem">${problem}</p>
      <ul class="lines">
        ${parked.value.map((each) => html`<${Row} key=${each.cart.clientId} ...${each} choose=${choose} />`)}
      </ul>
      <${BackToSale} />
    </section>`;
}

function Row({ cart, at, by, choose }) {
  const { total, pieces } = pricesNow(today(cart));
  return html`
    <li data-parked=${pieces}><button class="line" onClick=${() => choose(cart.clientId)}>
      <span class="grow">
        <strong>${cart.customer?.name ?? cart.items[0].product.name}</strong>
        <span class="under quiet">
          ${by.name} · ${dateAndTime(at)} · ${t("sale.pieces", { count: pieces })}
        </span>
      </span>
      <strong class="number">${shown(total)}</strong>
    </button></li>`;
}
