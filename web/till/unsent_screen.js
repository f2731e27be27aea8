/**
 * What the shop does not have yet, or holds for a person; a person who does not want to wait sends it now.
 *
 * @module
 */

import { dateAndTime } from "../shell/format.js";
import { shown } from "../shell/money.js";
import { t } from "../shell/texts.js";
import { html } from "../shell/ui.js";
import { isOnline } from "./network.js";
import { pauseReason, sendNow, waiting } from "./outbox.js";
import { BackToSale } from "./screens.js";
import { numberOf, paidFor } from "./sold_ticket.js";

export function Unsent() {
  // Without a network no sale is tried, so that nothing pauses.
  const why = waiting.value.length > 0 && (isOnline.value ? pauseReason.value : "offline");
  return html`
    <section class="card stack narrow">
      <h2>${t("unsent.title")}</h2>
      ${waiting.value.length === 0 && html`<p class="good">${t("unsent.none")}</p>`}
      <p role="status" class="warn">${why && t(`unsent.why.${why}`)}</p>
      <ul class="lines">
        ${waiting.value.map((entry) => html`<${Waiting} key=${entry.sale.client_id} entry=${entry} />`)}
      </ul>
      <button class="primary" disabled=${waiting.value.length === 0}
        onClick=${sendNow}>${t("unsent.send")}</button>
      <${BackToSale} />
    </section>`;
}

function Waiting({ entry }) {
  const { sale, state, problem } = entry;
  const why = problem && t("unsent.refused", { status: problem.status });
  return html`
    <li class="row ticket" data-waiting=${sale.seq}>
      <span class="grow">
        <strong>${numberOf(entry)}</strong>
        <span>${dateAndTime(sale.sold_at)}</span>
        <span class=${state === "held" ? "bad" : "quiet"}>${why ?? t(`unsent.${state}`)}</span>
      </span>
      <span class="number">${shown(paidFor(sale))}</span>
    </li>`;
}
