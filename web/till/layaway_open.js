/**
 * The goods of the sale on the screen are kept for a customer, for a deposit.
 *
 * @module
 */

import { dayInShop } from "../shell/format.js";
import { shown } from "../shell/money.js";
import { t } from "../shell/texts.js";
import { html, useSignal } from "../shell/ui.js";
import { bootstrap } from "./catalogue.js";
import { CustomerSheet } from "./customer_sheet.js";
import { LayawayPayment } from "./layaway_payment.js";
import { boundsOfDeposit } from "./layaway_rules.js";
import { isAsking, open } from "./layaways.js";
import { attach, cart, sums } from "./sale.js";
import { useNoScans } from "./screens.js";

const PERCENT = "20.00";

export function OpenLayaway({ back }) {
  const isChoosing = useSignal(cart.peek().customer === null);
  const dueDate = useSignal("");
  useNoScans(isAsking.value);
  const { total, lines } = sums.value;
  const { customer } = cart.value;
  const bounds = boundsOfDeposit(total, bootstrap.value?.limits.layaway_min_percent ?? PERCENT);
  const close = () => (isChoosing.value = false);
  const choose = (found) => {
    attach(found);
    close();
  };
  const take = (paid) => open(customer.id, { ...paid, dueDate: dueDate.value });
  return html`
    <div class="sale returning">
      <section class="card stack">
        <h2>${t("layaway.new")}</h2>
        <p class="row">
          <strong class="grow">${customer ? customer.name : t("layaway.no_customer")}</strong>
          <button type="button" disabled=${isAsking.value} onClick=${() => (isChoosing.value = true)}>
            ${t("layaway.customer")}
          </button>
        </p>
        <ul class="lines">
          ${lines.map((line) => html`
            <li class="row" key=${line.product.id}>
              <span class="grow">${line.quantity} × ${line.product.name}</span>
              <span class="number">${shown(line.total)}</span>
            </li>`)}
        </ul>
        <label>${t("layaway.due")}
          <input type="date" min=${dayInShop(Date.now())} max="9999-12-31" value=${dueDate}
            onInput=${(event) => (dueDate.value = event.currentTarget.value)} />
        </label>
      </section>
      <section class="paying stack">
        <${LayawayPayment} bounds=${bounds} take=${take} why=${whyNot(customer, lines)}
          label=${(amount) => t("layaway.open", { amount })}>
          <p class="row"><span class="grow">${t("layaway.total")}</span><strong>${shown(total)}</strong></p>
          <p class="row" data-least=${bounds.least}>
            <span class="grow">${t("layaway.deposit")}</span><strong>${shown(bounds.least)}</strong>
          </p>
        <//>
        <button type="button" class="plain" disabled=${isAsking.value} onClick=${back}>
          ${t("layaway.back")}
        </button>
      </section>
      ${isChoosing.value && html`<${CustomerSheet} choose=${choose} close=${close} />`}
    </div>`;
}

function whyNot(customer, lines) {
  if (!customer) return t("layaway.no_customer");
  return lines.some(({ manual }) => manual) ? t("layaway.by_hand") : "";
}
