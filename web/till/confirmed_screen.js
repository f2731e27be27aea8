/**
 * A sale that is paid: the change, as long as nobody scans for the next one, and the ticket.
 *
 * @module
 */

import { shown } from "../shell/money.js";
import { t } from "../shell/texts.js";
import { html, useEffect } from "../shell/ui.js";
import { PRINT_KEY, printLast } from "./after_sale.js";
import { device, printProblem } from "./device.js";
import { KeyHint } from "./keys.js";
import { numberOf } from "./sold_ticket.js";

export function Confirmed({ total, change, entry }) {
  const look = device.value.print === "ask" ? "primary" : "";
  return html`
    <div role="status" class="stack confirmed" data-sale=${entry.sale.seq}>
      <p class="good">${t("paid.done", { total: shown(total) })}</p>
      <p>${t("paid.change")}</p>
      <p class="total number">${shown(change)}</p>
      <p class="quiet">${t("paid.ticket", { number: numberOf(entry) })}</p>
      <p class="quiet">${t("paid.next")}</p>
    </div>
    <button class=${look} onClick=${printLast}>${t("paid.print")}<${KeyHint} name=${PRINT_KEY} /></button>
    <${PrintProblem} />`;
}

/** Why the printer or its drawer did nothing, if so; until another screen is shown. */
export function PrintProblem() {
  useEffect(() => () => void (printProblem.value = null), []);
  return html`<p role="alert" class="problem">${printProblem.value && t(printProblem.value)}</p>`;
}
