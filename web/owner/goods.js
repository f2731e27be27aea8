/** The blocks of the goods: what sells, what runs out, what lies there. */
import { number, shortDay } from "../shell/format.js";
import { shown } from "../shell/money.js";
import { t } from "../shell/texts.js";
import { html, useSignal } from "../shell/ui.js";
import { Chart, DataTable } from "./chart_frame.js";
import { HorizontalBars } from "./charts.js";
import { csv } from "./csv.js";
import { addressOf } from "./places.js";
import { saveCsv } from "./save.js";

/** The lists of the block: which one, and what its bars are as long as. */
const VIEWS = {
  revenue: { list: "by_revenue", measure: "revenue", written: shown },
  units: { list: "by_units", measure: "units", written: number },
  margin: { list: "by_margin", measure: "profit", written: shown },
  risers: { list: "risers", measure: "difference", written: (cents) => `+${shown(cents)}` },
  fallers: { list: "fallers", measure: "difference", written: (cents) => `−${shown(-cents)}` },
};

/** The products that brought most, by revenue, pieces or margin; and those that rose and fell most. */
export function Products({ data: { products } }) {
  const view = useSignal("revenue");
  const { list, measure, written } = VIEWS[view.value];
  const title = t(`products.title_${view.value}`);
  const known = (cents) => (cents === null ? "–" : shown(cents));
  const rows = products[list].map(({ name, [measure]: value }) => ({
    name, value: Math.abs(value), shown: written(value), told: `${name}: ${written(value)}`,
  }));
  const table = {
    headings: ["name", "revenue", "before", "units", "margin"].map((name) => t(`products.${name}`)),
    rows: products[list].map(({ name, revenue, before, units, profit }) =>
      [name, shown(revenue), shown(before), number(units), known(profit)]),
  };
  return html`
    <div class="switch" role="group" aria-label=${t("products.by")}>
      ${Object.keys(VIEWS).map((name) => html`
        <button aria-pressed=${name === view.value} onClick=${() => { view.value = name; }}>
          ${t(`products.${name}`)}
        </button>`)}
    </div>
    ${rows.length === 0
      ? html`<p>${t("products.none")}</p>`
      : html`<${Chart} title=${title} table=${table} drawing=${(chosen) => html`
          <${HorizontalBars} title=${title} rows=${rows} chosen=${chosen} />`} />`}
    <p class="quiet">${t("products.before_tax")}</p>`;
}

const OUT = ["name", "days", "stock", "velocity", "suggested", "supplier"];

/** What runs out first, and how much to order of whom; as a file too. */
export function RunningOut({ data: { orders, period } }) {
  if (orders.length === 0) return html`<p>${t("out.none")}</p>`;
  const rows = orders.map((product) => [
    product.name, product.days_of_cover, product.current_stock, product.sales_velocity,
    product.order_quantity, product.supplier_name,
  ]);
  const headings = OUT.map((name) => t(`out.${name}`));
  const written = (value) => (value === null ? "–" : typeof value === "number" ? number(value) : value);
  return html`
    <${DataTable} caption=${t("out.title")} headings=${headings}
                  rows=${rows.map((row) => row.map(written))} />
    <button class="no-print" onClick=${() => saveCsv(`${t("out.file")}-${period.end}.csv`, csv(headings, rows))}>
      ${t("out.csv")}
    </button>`;
}

/** What has not been sold for long, and the money in it. */
export function DeadStock({ data: { dead } }) {
  if (dead.length === 0) return html`<p>${t("dead.none")}</p>`;
  const rows = dead.map((product) => [
    product.name, number(product.current_stock), product.value === null ? "–" : shown(product.value),
    lastSaleOf(product), html`<${Promote} product=${product} />`,
  ]);
  const total = dead.reduce((sum, { value }) => sum + (value ?? 0), 0);
  return html`
    <p>${t("dead.total", { count: number(dead.length), value: shown(total) })}</p>
    <${DataTable} caption=${t("dead.title")} rows=${rows}
                  headings=${["name", "stock", "value", "last", "promote"].map((name) => t(`dead.${name}`))} />`;
}

const lastSaleOf = ({ last_sale: last }) => (last ? `${shortDay(last)} ${last.slice(0, 4)}` : t("dead.never"));

/** The way to a promotion of the product, prepared. */
function Promote({ product: { product_id: product, name } }) {
  const prepared = addressOf("promotions", "new", { product, name: t("dead.promotion", { name }) });
  return html`<a class="button no-print" href=${prepared}>${t("dead.promote")}</a>`;
}
