/** The place of the products: the list, and the ways to a product, to an import and to labels. */
import { number } from "../shell/format.js";
import { cents, shown } from "../shell/money.js";
import { t } from "../shell/texts.js";
import { html, signal } from "../shell/ui.js";
import { Import } from "./import.js";
import { Labels } from "./labels.js";
import { List } from "./list.js";
import { Tag } from "./parts.js";
import { addressOf } from "./places.js";
import { NewProduct, Product } from "./product.js";
import { useSuppliers } from "./suppliers.js";

/** The ids of the products whose labels shall be printed, on whatever page of the list they are chosen. */
const chosen = signal(new Set());

/** Screens by the part of the address, which may be any text. */
const SCREENS = { __proto__: null, new: NewProduct, import: Import, labels: Labels };

export function Products({ part }) {
  if (part === undefined) return html`<${Overview} />`;
  const Screen = SCREENS[part];
  return Screen ? html`<${Screen} />` : html`<${Product} key=${part} id=${part} />`;
}

function Overview() {
  const suppliers = useSuppliers();
  return html`
    <main class="owner">
      <${List} path="/api/products/" title=${t("place.products")} search="product.search" empty="product.none"
        columns=${columns(suppliers)} filters=${filters(suppliers)}
        opens=${({ id }) => addressOf("products", `${id}`)}><${Actions} /><//>
    </main>`;
}

function Actions() {
  const ids = [...chosen.value];
  return html`
    ${ids.length > 0 && html`
      <a class="button" href=${addressOf("products", "labels", { ids: ids.join(",") })}>
        ${t("product.labels", { count: number(ids.length) })}</a>`}
    <a class="button" href=${addressOf("products", "import")}>${t("product.import")}</a>
    <a class="button primary" href=${addressOf("products", "new")}>${t("product.new")}</a>`;
}

function filters(suppliers) {
  const low = [["true", t("product.low")], ["false", t("product.not_low")]];
  return [
    { name: "low_stock", label: "product.stock", options: low },
    { name: "supplier", label: "product.supplier",
      options: suppliers.map(({ id, name }) => [`${id}`, name]) },
  ];
}

function columns(suppliers) {
  const names = new Map(suppliers.map(({ id, name }) => [id, name]));
  return [
    { name: "name", label: "product.name", ordering: "name",
      cell: ({ name }) => html`<span class="name">${name}</span>` },
    { name: "sku", label: "product.sku", ordering: "sku", minor: true, cell: ({ sku }) => sku },
    {
      name: "supplier", label: "product.supplier", minor: true,
      cell: ({ supplier }) => names.get(supplier) ?? "–",
    },
    { name: "price", label: "product.price_paid", numeric: true,
      cell: (row) => html`<${Price} product=${row} />` },
    { name: "stock", label: "product.stock", numeric: true,
      cell: (row) => html`<${Stock} product=${row} />` },
    {
      name: "label", label: "product.label", numeric: true,
      heading: (rows) => html`<${ChooseAll} rows=${rows} />`,
      cell: (row) => html`<${Choose} product=${row} />`,
    },
  ];
}

function Price({ product: { final_price: price, discounted_price: discount } }) {
  const promoted = discount !== null && html` <${Tag}>${t("product.promoted")}<//>`;
  return html`${shown(cents(price))}${promoted}`;
}

function Stock({ product: { current_stock: stock, low_stock: isLow } }) {
  return html`
    ${isLow && html`<${Tag} tone="bad">${t("product.low_tag")}<//>`} ${number(stock)}`;
}

function Choose({ product: { id, name } }) {
  const choose = (event) => {
    const ids = new Set(chosen.value);
    if (event.currentTarget.checked) ids.add(id);
    else ids.delete(id);
    chosen.value = ids;
  };
  return html`
    <label class="tick"><input type="checkbox" aria-label=${t("product.choose", { name })}
      checked=${chosen.value.has(id)} onChange=${choose} /></label>`;
}

function ChooseAll({ rows }) {
  const ids = rows.map(({ id }) => id);
  const isWhole = ids.every((id) => chosen.value.has(id));
  const choose = () => {
    const others = [...chosen.value].filter((id) => !ids.includes(id));
    chosen.value = new Set(isWhole ? others : [...others, ...ids]);
  };
  return html`
    <label class="tick"><span>${t("product.label")}</span>
      <input type="checkbox" aria-label=${t("product.choose_all")} checked=${isWhole} onChange=${choose} />
    </label>`;
}
