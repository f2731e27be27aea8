/**
 * The customer of the sale, in one line: who it is, and what they bring along.
 *
 * @module
 */

import { dayInShop, number, shortDay } from "../shell/format.js";
import { shown } from "../shell/money.js";
import { later } from "../shell/page.js";
import { t } from "../shell/texts.js";
import { html, useSignal } from "../shell/ui.js";
import { KeyHint, useKey } from "./keys.js";
import { hasBirthdayOn } from "./pricing.js";
import { attach, buyer } from "./sale.js";

const KEY = "F3";
const Choosing = later(async () => (await import("./customer_sheet.js")).CustomerSheet);

export function CustomerLine() {
  const isOpen = useSignal(false);
  const open = () => (isOpen.value = true);
  const close = () => (isOpen.value = false);
  const choose = (customer) => {
    close();
    attach(customer);
  };
  useKey(KEY, open);
  return html`
    ${buyer.value
      ? html`<${Known} ...${buyer.value} change=${open} />`
      : html`<button onClick=${open}>${t("customer.choose")}<${KeyHint} name=${KEY} /></button>`}
    ${isOpen.value && html`<${Choosing} choose=${choose} close=${close} />`}`;
}

function Known({ id, name, points, creditLeft, birth_date: birthDate, is_frequent: isFrequent, change }) {
  return html`
    <div class="customer" data-customer=${id}>
      <button class="line" onClick=${change} aria-label=${t("customer.change", { name })}>
        <span class="grow">
          <strong>${name}</strong>
          <span class="under quiet">
            ${t("customer.points", { points: number(points) })}
            ${" · "}${t("customer.credit", { amount: shown(creditLeft) })}
            ${isFrequent && html` · ${t("customer.frequent")}`}
          </span>
          ${birthDate && html`<${Birthday} of=${birthDate} />`}
        </span>
      </button>
      <button aria-label=${t("customer.remove", { name })} onClick=${() => attach(null)}>✕</button>
    </div>`;
}

function Birthday({ of }) {
  const isToday = hasBirthdayOn(dayInShop(Date.now()), of);
  if (isToday) return html`<span class="under good">${t("customer.birthday_today")}</span>`;
  return html`<span class="under quiet">${t("customer.birthday", { day: shortDay(of) })}</span>`;
}
