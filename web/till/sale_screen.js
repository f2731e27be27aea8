/**
 * The screen of a sale: search, lines, total, and how it is paid.
 *
 * @module
 */

import { percentTold } from "../shell/format.js";
import { shown } from "../shell/money.js";
import { later } from "../shell/page.js";
import { t } from "../shell/texts.js";
import { html, useComputed, useEffect, useSignal, useSignalEffect } from "../shell/ui.js";
import { Charging } from "./charge_panel.js";
import { unsettled } from "./charges.js";
import { Confirmed } from "./confirmed_screen.js";
import { CustomerLine } from "./customer_line.js";
import { payApproved } from "./discounts.js";
import { ExchangeLine } from "./exchange_line.js";
import { focusHome, stepByArrows, useFocus } from "./focus.js";
import { KeyHint, useKey } from "./keys.js";
import { notice } from "./notice.js";
import { Numpad } from "./numpad.js";
import { overruled } from "./outbox.js";
import { park, parked } from "./parking.js";
import { Payment } from "./payment_screen.js";
import { pricesAt } from "./pricing.js";
import {
  cart, clear, confirmed, found, have, isUnderWay, lost, payment, search, stepLast, sums, take, takeFirst,
  undo,
} from "./sale.js";
import { show } from "./screens.js";

const Discounting = later(async () => (await import("./discount_sheet.js")).DiscountSheet);
const Overruled = later(async () => (await import("./overruled_panel.js")).Overruled);
const UNDO_KEY = "Control+z";
const PARK_KEY = "F4";
const FIRST_FOUND = 8;
const PAUSE_MS = 300;

/** The members of a line that are seen. */
const SHOWN = ["product", "quantity", "unitTotal", "total", "manual"];

export function Sale() {
  const [edited, discounted] = [useSignal(null), useSignal(null)];
  const saleId = useComputed(() => cart.value.clientId);
  useSignalEffect(() => void (saleId.value, payment.value, (edited.value = discounted.value = null)));
  useKey(PARK_KEY, parkOrLook);
  return html`
    <div class="sale">
      <section class="goods stack">
        <${Search} />
        <p role="alert" class="problem told">${notice.value && t(notice.value.key, notice.value.values)}</p>
        ${overruled.value.length > 0 && html`<${Overruled} />`}
        ${lost.value && html`<${Undo} />`}
        <${Lines} edit=${(line) => (edited.value = line.product.id)} />
      </section>
      <section class="paying stack" aria-label=${t("pay.title")}>
        <${Paying} />
      </section>
      <${Quantity} edited=${edited} discounted=${discounted} />
      <${Discount} discounted=${discounted} />
    </div>`;
}

/** One thing at a time: a sale that the shop has to charge comes before the next one. */
function Paying() {
  if (unsettled.value) return html`<${Charging} entry=${unsettled.value} />`;
  return html`
    <${CustomerLine} /><${ExchangeLine} />
    ${payment.value ? html`<${Payment} />` : html`<${Total} />`}`;
}

function Search() {
  const field = useFocus({ unlessTouched: true });
  const products = found.value;
  function press(event) {
    const isEmpty = search.value === "";
    if (isEmpty && (event.key === "+" || event.key === "-")) {
      event.preventDefault();
      stepLast(event.key === "+" ? 1 : -1);
    }
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (!isEmpty) takeFirst();
    else if (!payment.peek()) payApproved(); // what was entered as paid stays
  }
  return html`
    <div class="search" onKeyDown=${stepByArrows}>
      <label>${t("sale.search")}
        <input id="search" type="text" autocomplete="off" spellcheck="false" ref=${field} value=${search}
          onInput=${(event) => (search.value = event.currentTarget.value)} onKeyDown=${press} />
      </label>
      ${products.length > 0 && html`<${Found} products=${products} />`}
    </div>`;
}

/** The first are shown at once, the others when the person pauses: a key has little time. */
function Found({ products }) {
  const shownWhole = useSignal(null);
  useEffect(() => {
    const timer = setTimeout(() => (shownWhole.value = products), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [products]);
  const shownNow = shownWhole.value === products ? products : products.slice(0, FIRST_FOUND);
  return html`
    <ul class="found">
      ${shownNow.map((product) => html`
        <li><button class="line" onClick=${() => take(product)}>
          <span class="grow">${product.name}</span><span class="number">${priceOf(product)}</span>
        </button></li>`)}
    </ul>`;
}

const priceOf = (product) => shown(pricesAt(product, Date.now()).everybody);

/** The last line first, then the newest: what a scan has changed is in sight. */
function Lines({ edit }) {
  const { lines } = sums.value;
  const { lastId } = cart.value;
  if (!lines.length) return html`<p class="quiet">${t("sale.empty")}</p>`;
  const last = lines.filter(({ product }) => product.id === lastId);
  const others = lines.filter(({ product }) => product.id !== lastId);
  return html`
    <ol class="lines">
      ${[...last, ...others.toReversed()].map((line) => html`
        <${Line} key=${line.product.id} line=${line} isLast=${line.product.id === lastId} edit=${edit} />`)}
    </ol>`;
}

/** Drawn again only when it shows something else: a scan changes one of perhaps hundreds. */
function Line({ line, isLast, edit }) {
  this.shouldComponentUpdate = (next) =>
    next.isLast !== this.props.isLast ||
    SHOWN.some((member) => next.line[member] !== this.props.line[member]);
  return html`
    <li><button class=${isLast ? "line last" : "line"} onClick=${() => edit(line)}>
      <span class="pieces number">${line.quantity}</span>
      <span class="grow"><bdi>${line.product.name}</bdi> <span class="quiet">${shown(line.unitTotal)}</span>
        ${line.manual && html`<${ByHand} ...${line.manual} />`}</span>
      <strong class="number">${shown(line.total)}</strong>
    </button></li>`;
}

function Total() {
  const { total, pieces, saved } = sums.value;
  if (confirmed.value) {
    return html`<${Confirmed} ...${confirmed.value} />${parked.value.length > 0 && html`<${Park} />`}`;
  }
  return html`
    <p class="total number" data-pieces=${pieces}>${shown(total)}</p>
    <p class="quiet number">${t("sale.pieces", { count: pieces })}
      ${saved > 0 && html` · ${t("sale.saved", { amount: shown(saved) })}`}</p>
    <button class="primary large" disabled=${!isUnderWay.value} onClick=${payApproved}>
      ${t("sale.pay")}
    </button>
    <div class="choices">
      <${Park} />
      <button disabled=${!isUnderWay.value} onClick=${clearAll}>${t("sale.clear")}</button>
    </div>`;
}

/** The button is disabled then. */
function clearAll() {
  clear();
  focusHome();
}

/** Put the sale aside; where there is none, look at those that were. */
function parkOrLook() {
  if (isUnderWay.value) park();
  else if (parked.value.length) show("parked");
}

function Park() {
  const count = parked.value.length;
  return html`
    <button data-parked-sales=${count} disabled=${!isUnderWay.value && !count} onClick=${parkOrLook}>
      ${isUnderWay.value || !count ? t("parked.park") : t("parked.open", { count })}
      <${KeyHint} name=${PARK_KEY} />
    </button>`;
}

/** For some seconds after a line is gone. */
function Undo() {
  useKey(UNDO_KEY, undo);
  return html`
    <p class="row undo" role="status">
      <span class="grow">${t("lost.line")}</span>
      <button onClick=${undo}>${t("lost.undo")}<${KeyHint} name="Ctrl+Z" /></button>
    </p>`;
}

function ByHand({ percent, reason }) {
  const said = t("discount.line", { percent: percentTold(percent), reason });
  return html`<span class="under good">${said}</span>`;
}

function Discount({ discounted }) {
  if (discounted.value === null) return null; // a scan draws no sheet that is not shown
  const line = sums.value.lines.find(({ product }) => product.id === discounted.value);
  const close = () => (discounted.value = null);
  return line && html`<${Discounting} key=${line.product.id} line=${line} close=${close} />`;
}

function Quantity({ edited, discounted }) {
  const item = useComputed(() => cart.value.items.find(({ product }) => product.id === edited.value)).value;
  if (!item) return null;
  const { product, quantity } = item;
  const discount = () => {
    edited.value = null;
    discounted.value = product.id;
  };
  const done = (pieces) => {
    edited.value = null;
    have(product.id, pieces);
  };
  return html`
    <${Numpad} key=${product.id} title=${product.name} label=${t("sale.quantity")}
      start=${quantity} done=${done} close=${() => (edited.value = null)} remove=${() => done(0)}>
      <button type="button" onClick=${discount}>${t("discount.open")}</button>
    <//>`;
}
