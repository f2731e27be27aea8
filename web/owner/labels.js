/** Price labels with barcodes, as many as are wanted of each product, on the paper of the label printer. */
import { call } from "../shell/api.js";
import { useAttempt } from "../shell/attempt.js";
import { Barcode } from "../shell/barcode.js";
import { cents, shown } from "../shell/money.js";
import { t } from "../shell/texts.js";
import { html, useEffect, useSignal } from "../shell/ui.js";
import { Card, Place } from "./parts.js";
import { addressOf, place } from "./places.js";

/** Millimetres of a label, or of a label of a sheet of 24. Their pages are in the style sheet. */
const FORMATS = ["40x25", "50x30", "a4-24"];
const MOST = 500; // of one product

export function Labels() {
  const products = useSignal([]);
  const copies = useSignal({});
  const format = useSignal(FORMATS[0]);
  const { problem, attempt } = useAttempt();
  const ids = place.value.query.ids ?? "";
  const read = async () => (products.value = await productsOf(ids.split(",").filter(Boolean)));
  useEffect(() => void attempt(read), [ids]);
  const wanted = products.value.flatMap((product) =>
    Array.from({ length: copies.value[product.id] ?? 1 }, () => product));
  const count = (id) => (event) => {
    const typed = Math.trunc(Number(event.currentTarget.value));
    copies.value = { ...copies.value, [id]: Math.min(Math.max(typed || 0, 0), MOST) };
  };
  const asStock = () => {
    const stocks = products.value.map(({ id, current_stock: stock }) => [id, Math.min(stock, MOST)]);
    copies.value = Object.fromEntries(stocks);
  };
  const print = html`
    <button class="primary" disabled=${wanted.length === 0} onClick=${() => window.print()}>
      ${t("labels.print", { count: wanted.length })}</button>`;
  return html`
    <${Place} title=${t("labels.title")} back=${addressOf("products")} actions=${print}>
      <div class="no-print">
        <${Card} title=${t("labels.what")}>
          <p role="alert" class="problem">${problem}</p>
          <div class="choices">
            <label>${t("labels.format")}
              <select value=${format.value} onChange=${(event) => (format.value = event.currentTarget.value)}>
                ${FORMATS.map((each) => html`<option value=${each}>${t(`labels.${each}`)}</option>`)}
              </select>
            </label>
            <button onClick=${asStock}>${t("labels.as_stock")}</button>
          </div>
          <ul class="copies">
            ${products.value.map(({ id, name }) => html`
              <li key=${id}><label class="row"><span class="grow">${name}</span>
                <input type="number" min="0" max=${MOST} value=${copies.value[id] ?? 1}
                  onInput=${count(id)} />
              </label></li>`)}
          </ul>
        <//>
      </div>
      <h3 class="no-print">${t("labels.preview")}</h3>
      <div class=${`labels format-${format.value}`}>
        ${wanted.map((product) => html`<${Label} product=${product} />`)}
      </div>
    <//>`;
}

const productsOf = (ids) =>
  Promise.all(ids.map(async (id) => (await call("GET", `/api/products/${encodeURIComponent(id)}/`)).body));

function Label({ product: { name, sku, final_price: price } }) {
  return html`
    <article class="price-label">
      <p class="name">${name}</p>
      <p class="price">${shown(cents(price))}</p>
      <${Barcode} text=${sku} />
    </article>`;
}
