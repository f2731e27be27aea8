/** The fields of a held sale that are lists: what was sold, and how it was paid. */

import { ApiError, NoNetwork, call } from "../shell/api.js";
import { t } from "../shell/texts.js";
import { html, signal, useEffect } from "../shell/ui.js";

const METHODS = ["CASH", "CARD", "TRANSFER", "VOUCHER"];

/** The names of products by id, which may be any text; null for one that the shop does not have. */
const productNames = signal(new Map());

async function askForName(id) {
  if (!/^\d+$/.test(id) || productNames.peek().has(id)) return;
  try {
    const { body } = await call("GET", `/api/products/${id}/`);
    productNames.value = new Map([...productNames.value, [id, body.name]]);
  } catch (error) {
    if (error instanceof NoNetwork) return; // the number is shown all the same
    if (!(error instanceof ApiError)) throw error;
    productNames.value = new Map([...productNames.value, [id, null]]);
  }
}

/** @param {{value: object[], onValue: (rows: object[]) => void}} props rows as the API takes them */
export function ItemsInput({ value, onValue, id }) {
  const empty = { product_id: "", quantity: 1, unit_total: "" };
  return html`
    <${Rows} id=${id} value=${value} onValue=${onValue} empty=${empty} row=${(item, change) => html`
      <${Cell} label="held.product_id" value=${item.product_id}
        onValue=${(now) => change({ product_id: now })} />
      <${ProductName} id=${`${item.product_id}`} />
      <${Cell} label="line.quantity" value=${item.quantity} onValue=${(now) => change({ quantity: now })} />
      <${Cell} label="held.unit_total" value=${item.unit_total}
        onValue=${(now) => change({ unit_total: now })} />`} />`;
}

/** @param {{value: object[], onValue: (rows: object[]) => void}} props rows as the API takes them */
export function PaymentsInput({ value, onValue, id }) {
  const methods = ({ payment_method: now }) => (METHODS.includes(now) ? METHODS : [now, ...METHODS]);
  return html`
    <${Rows} id=${id} value=${value} onValue=${onValue} empty=${{ payment_method: "CASH", amount: "" }}
      row=${(part, change) => html`
        <label>${t("methods.name")}
          <select value=${part.payment_method}
            onChange=${(event) => change({ payment_method: event.currentTarget.value })}>
            ${methods(part).map((name) => html`
              <option value=${name} selected=${name === part.payment_method}>
                ${t(`method.${name}`)}
              </option>`)}
          </select>
        </label>
        <${Cell} label="methods.amount" value=${part.amount}
          onValue=${(now) => change({ amount: now })} />`} />`;
}

function Rows({ id, value, onValue, empty, row }) {
  const changed = (at) => (parts) =>
    onValue(value.map((each, place) => (place === at ? { ...each, ...parts } : each)));
  return html`
    <div id=${id} class="part-rows stack">
      ${value.map((each, at) => html`
        <div class="part-row row" key=${at}>
          ${row(each, changed(at))}
          <button type="button" onClick=${() => onValue(value.filter((_, place) => place !== at))}>
            ${t("held.take_out")}
          </button>
        </div>`)}
      <button type="button" class="plain"
        onClick=${() => onValue([...value, empty])}>+ ${t("held.add")}</button>
    </div>`;
}

function Cell({ label, value, onValue }) {
  return html`
    <label>${t(label)}
      <input inputmode="decimal" autocomplete="off" value=${`${value ?? ""}`}
        onInput=${(event) => onValue(event.currentTarget.value)} />
    </label>`;
}

function ProductName({ id }) {
  useEffect(() => void askForName(id), [id]);
  const name = productNames.value.get(id);
  if (name === undefined) return html`<span class="grow"></span>`;
  return html`<span class=${name === null ? "grow problem" : "grow"}>${name ?? t("held.no_product")}</span>`;
}
