/**
 * Sales that were given up here, although the shop had charged them: they are sold, and somebody hands the
 * goods over or returns them.
 *
 * @module
 */

import { shown } from "../shell/money.js";
import { t } from "../shell/texts.js";
import { html } from "../shell/ui.js";
import { overruled, sawOverruled } from "./outbox.js";
import { show } from "./screens.js";
import { numberOf } from "./sold_ticket.js";

export function Overruled() {
  return overruled.value.map(({ sale, charge, ticket }) => html`
    <section key=${sale.client_id} class="card stack told" role="alert" data-overruled=${sale.seq}>
      <p class="warn">${t("overruled.is", { number: numberOf({ sale, ticket }) })}</p>
      <p>${[charge.cart.customer?.name, shown(charge.total)].filter(Boolean).join(" · ")}</p>
      <p>${t("overruled.what")}</p>
      <div class="choices">
        <button onClick=${() => giveBack(sale.client_id)}>${t("return.begin")}</button>
        <button onClick=${() => sawOverruled(sale.client_id)}>${t("overruled.seen")}</button>
      </div>
    </section>`);
}

async function giveBack(clientId) {
  const { begin } = await import("./return_screen.js");
  show("return");
  await begin(clientId);
}
