/**
 * A ticket once more: of this device's sales, also without a network, or of any till of the shop.
 *
 * @module
 */

import { useAttempt } from "../shell/attempt.js";
import { dateAndTime } from "../shell/format.js";
import { cents, shown } from "../shell/money.js";
import { t } from "../shell/texts.js";
import { html, useEffect, useSignal } from "../shell/ui.js";
import { PrintProblem } from "./confirmed_screen.js";
import { useFocus } from "./focus.js";
import { ask } from "./network.js";
import { told } from "./refusals.js";
import { BackToSale, useScans } from "./screens.js";
import { numberOf } from "./sold_ticket.js";
import { printOrder, printSale, soldHere } from "./tickets.js";

/** More are found by their numbers. */
const ROWS_MAX = 20;

export function Reprint() {
  const wanted = useSignal("");
  const here = useSignal([]);
  const shops = useSignal(null);
  const { problem, attempt } = useAttempt(told);
  const field = useFocus({ unlessTouched: true });
  useEffect(() => void soldHere().then((sales) => (here.value = sales)), []);

  const searchShop = () => attempt(async () => {
    const folio = wanted.value.trim();
    if (folio === "") return void (problem.value = t("reprint.which"));
    shops.value = null;
    const { body: orders } = await ask("GET", "/api/orders/", { query: { folio } });
    if (wanted.peek().trim() === folio) shops.value = orders;
  });
  const look = (text) => {
    wanted.value = text;
    shops.value = null;
    problem.value = "";
  };
  useScans((code) => {
    look(code);
    if (!here.peek().some(matches(code))) searchShop();
  });
  const submit = (event) => {
    event.preventDefault();
    searchShop();
  };
  const found = here.value.filter(matches(wanted.value)).slice(0, ROWS_MAX);
  return html`
    <section class="card stack narrow">
      <h2>${t("reprint.title")}</h2>
      <form class="row lookup" onSubmit=${submit}>
        <label>${t("reprint.number")}
          <input name="number" autocomplete="off" ref=${field} value=${wanted}
            onInput=${(event) => look(event.currentTarget.value)} />
        </label>
        <button>${t("reprint.shop")}</button>
      </form>
      <p role="alert" class="problem">${problem}</p>
      <${PrintProblem} />
      ${shops.value && html`
        <h3>${t("reprint.found")}</h3>
        ${shops.value.length === 0 && html`<p class="quiet">${t("reprint.none_shop")}</p>`}
        <ul class="lines">${shops.value.map((order) => html`
          <${Ticket} key=${order.id} number=${order.ticket_number ?? order.ticket_folio}
            at=${order.paid_at ?? order.created_at} total=${cents(order.final_amount)}
            print=${() => attempt(() => printOrder(order))} />`)}
        </ul>`}
      <h3>${t("reprint.here")}</h3>
      ${found.length === 0 && html`<p class="quiet">${t("reprint.none_here")}</p>`}
      <ul class="lines">${found.map((entry) => html`
        <${Ticket} key=${entry.sale.client_id} number=${numberOf(entry)} at=${entry.sale.sold_at}
          total=${entry.ticket.total} print=${() => attempt(() => printSale(entry, { copy: true }))} />`)}
      </ul>
      <${BackToSale} />
    </section>`;
}

function Ticket({ number, at, total, print }) {
  return html`
    <li class="row ticket" data-ticket=${number}>
      <span class="grow"><strong>${number}</strong> <span class="quiet">${dateAndTime(at)}</span></span>
      <span class="number">${shown(total)}</span>
      <button aria-label=${t("reprint.print_of", { number })} onClick=${print}>${t("reprint.print")}</button>
    </li>`;
}

/** Whether a sale has this in its number, or its id or folio begins with it. */
function matches(text) {
  const wanted = text.trim().toLowerCase();
  return (entry) =>
    numberOf(entry).toLowerCase().includes(wanted) || entry.sale.client_id.startsWith(wanted);
}
