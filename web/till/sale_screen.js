/**
 * The screen of a sale: search, lines, total, and how it is paid.
 *
 * @module
 */

import { shown } from "../shell/money.js";
import { t } from "../shell/texts.js";
import { html, useEffect, useRef, useSignal } from "../shell/ui.js";
import { Confirmed } from "./confirmed_screen.js";
import { Payment } from "./payment_screen.js";
import { Numpad } from "./numpad.js";
import {
  cart, clear, confirmed, found, have, isUnderWay, notice, pay, payment, search, stepLast, sums, take,
} from "./sale.js";

export function Sale() {
  const edited = useSignal(null);
  useEffect(() => payment.subscribe(() => void (edited.value = null)), []);
  return html`
    <div class="sale">
      <section class="goods stack">
        <${Search} />
        <p role="alert" class="problem told">${notice.value && t(notice.value.key, notice.value.values)}</p>
        <${Lines} edit=${(line) => (edited.value = line.product.id)} />
      </section>
      <section class="paying stack" aria-label=${t("pay.title")}>
        ${payment.value ? html`<${Payment} />` : html`<${Total} />`}
      </section>
      <${Quantity} edited=${edited} />
    </div>`;
}

function Search() {
  const field = useRef(null);
  useEffect(() => payment.subscribe((paying) => void (paying || field.current?.focus())), []);
  const products = search.value ? found() : [];
  function press(event) {
    const isEmpty = search.value === "";
    if (isEmpty && (event.key === "+" || event.key === "-")) {
      event.preventDefault();
      stepLast(event.key === "+" ? 1 : -1);
    }
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (isEmpty) pay();
    else if (products.length) take(products[0]);
  }
  return html`
    <label>${t("sale.search")}
      <input id="search" type="text" autocomplete="off" ref=${field} value=${search}
        onInput=${(event) => (search.value = event.currentTarget.value)} onKeyDown=${press} />
    </label>
    ${products.length > 0 && html`
      <ul class="found">
        ${products.map((product) => html`
          <li key=${product.id}><button class="line" onClick=${() => take(product)}>
            <span class="grow">${product.name}</span><span class="number">$${product.final_price}</span>
          </button></li>`)}
      </ul>`}`;
}

/** The newest line first, so that it is in sight. */
function Lines({ edit }) {
  const { lines } = sums.value;
  if (!lines.length) return html`<p class="quiet">${t("sale.empty")}</p>`;
  return html`
    <ol class="lines">
      ${lines.toReversed().map((line) => html`
        <li key=${line.product.id}><button class=${lookOf(line)} onClick=${() => edit(line)}>
          <span class="pieces number">${line.quantity}</span>
          <span class="grow">${line.product.name} <span class="quiet">${shown(line.unitTotal)}</span></span>
          <strong class="number">${shown(line.total)}</strong>
        </button></li>`)}
    </ol>`;
}

/** The line of the last scan is marked. */
function lookOf({ product }) {
  return product.id === cart.value.lastId ? "line last" : "line";
}

function Total() {
  const { total, pieces, saved } = sums.value;
  if (confirmed.value) return html`<${Confirmed} ...${confirmed.value} />`;
  return html`
    <p class="total number" data-pieces=${pieces}>${shown(total)}</p>
    <p class="quiet number">${t("sale.pieces", { count: pieces })}
      ${saved > 0 && html` · ${t("sale.saved", { amount: shown(saved) })}`}</p>
    <button class="primary large" disabled=${!isUnderWay.value} onClick=${pay}>${t("sale.pay")}</button>
    <button disabled=${!isUnderWay.value} onClick=${clear}>${t("sale.clear")}</button>`;
}

function Quantity({ edited }) {
  const line = sums.value.lines.find(({ product }) => product.id === edited.value);
  if (!line) return null;
  const done = (pieces) => {
    edited.value = null;
    have(line.product.id, pieces);
  };
  return html`
    <${Numpad} key=${line.product.id} title=${line.product.name} label=${t("sale.quantity")}
      start=${line.quantity} done=${done} close=${() => (edited.value = null)} remove=${() => done(0)} />`;
}
