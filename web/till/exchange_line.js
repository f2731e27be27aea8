/**
 * The exchange that the till goes on with, in one line beside the sale.
 *
 * @module
 */

import { shown } from "../shell/money.js";
import { t } from "../shell/texts.js";
import { html } from "../shell/ui.js";
import { exchange, putExchangeAway } from "./exchange.js";
import { undisturbed } from "./sale.js";
import { show } from "./screens.js";

export function ExchangeLine() {
  if (exchange.value === null) return null;
  const { id, left } = exchange.value;
  return html`
    <div class="customer" data-exchange=${id}>
      <button class="line" onClick=${() => show("exchange")}>
        <span class="grow">
          <strong>${t("exchange.left", { amount: shown(left) })}</strong>
          <span class="under quiet">${t("exchange.of", { number: id })}</span>
        </span>
      </button>
      <button aria-label=${t("exchange.put_away")} onClick=${() => undisturbed(putExchangeAway)}>✕</button>
    </div>`;
}
