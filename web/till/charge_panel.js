/**
 * A sale that the shop has to charge: it is being asked, or nobody knows and a person decides.
 *
 * @module
 */

import { shown } from "../shell/money.js";
import { t } from "../shell/texts.js";
import { html, useEffect } from "../shell/ui.js";
import { charge, giveUp, isAsking, lookUp, problem } from "./charges.js";
import { toCharge } from "./sale.js";

export function Charging({ entry }) {
  const { client_id: clientId, seq } = entry.sale;
  useEffect(() => {
    const isNew = toCharge.peek() === clientId;
    toCharge.value = null;
    if (isNew) charge(entry);
    else lookUp(entry);
  }, [clientId]);
  const { cart, total } = entry.charge;
  const isBusy = isAsking.value || toCharge.value === clientId;
  return html`
    <div class="stack" data-charging=${seq} aria-busy=${isBusy ? "true" : "false"}>
      <h2>${t("charge.title")}</h2>
      ${cart.customer && html`<p>${cart.customer.name}</p>`}
      <p class="total number">${shown(total)}</p>
      <p role="status" class=${isBusy ? "quiet" : "warn"}>
        ${isBusy ? t("charge.asking") : t("charge.unknown")}
      </p>
      <p role="alert" class="problem">${problem}</p>
      <button class="primary large" disabled=${isBusy} onClick=${() => charge(entry)}>
        ${t("charge.again")}
      </button>
      <button disabled=${isBusy} onClick=${() => giveUp(entry, t("charge.given_up"))}>
        ${t("charge.give_up")}
      </button>
    </div>`;
}
