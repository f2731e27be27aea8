/** The blocks of the goods: what sells, what runs out, what lies there. */
import { date, number } from "../shell/format.js";
import { shown } from "../shell/money.js";
import { t } from "../shell/texts.js";
import { html, useSignal } from "../shell/ui.js";
import { Chart, DataTable } from "./chart_frame.js";
import { HorizontalBars } from "./charts.js";
import { csv } from "./csv.js";

const MEASURES = { revenue: shown, units: number };

/** The products that sold most pieces, by what they brought or by pieces. */
export function Products({ data: { products } }) {
  const measure = useSignal("revenue");
  const title = t("products.most");
  const written = MEASURES[measure.value];
  const sorted = products.toSorted((a, b) => b[measure.value] - a[measure.value]);
  const rows = sorted.map((product) => {
    const value = product[measure.value];
    return { name: product.name, value, shown: written(value), told: `${product.name}: ${written(value)}` };
  });
  const table = {
    headings: [t("products.name"), t("products.revenue"), t("products.units")],
    rows: sorted.map(({ name, revenue, units }) => [name, shown(revenue), number(units)]),
  };
  return html`
    <div class="switch" role="group" aria-label=${t("products.by")}>
      ${Object.keys(MEASURES).map((name) => html`
        <button aria-pressed=${name === measure.value} onClick=${() => { measure.value = name; }}>
          ${t(`products.${name}`)}
        </button>`)}
    </div>
    <${Chart} title=${title} table=${table} drawing=${(chosen) => html`
      <${HorizontalBars} title=${title} rows=${rows} chosen=${chosen} />`} />
    <p class="quiet">${t("products.before_tax")}</p>`;
}

const ROWS = 15;
const OUT = ["name", "days", "stock", "velocity", "suggested", "supplier"];

/** What runs out first, and how much to order of whom; the file has all of it. */
export function RunningOut({ data: { orders, period } }) {
  if (orders.length === 0) return html`<p>${t("out.none")}</p>`;
  const urgency = ({ days_of_cover: days }) => days ?? Infinity;
  const rows = orders.toSorted((a, b) => urgency(a) - urgency(b)).map((product) => [
    product.name, product.days_of_cover, product.current_stock, product.sales_velocity,
    product.order_quantity, product.supplier,
  ]);
  const headings = OUT.map((name) => t(`out.${name}`));
  const written = (value) => (value === null ? "–" : typeof value === "number" ? number(value) : value);
  return html`
    <${DataTable} caption=${t("out.title")} headings=${headings}
                  rows=${rows.slice(0, ROWS).map((row) => row.map(written))} />
    <button class="no-print" onClick=${() => save(`${t("out.file")}-${period.end}.csv`, csv(headings, rows))}>
      ${t("out.csv")}
    </button>`;
}

/** What has not been sold for long. */
export function DeadStock({ data: { dead, deadCount, deadAfterDays } }) {
  if (dead.length === 0) return html`<p>${t("dead.none")}</p>`;
  const rows = dead.map((product) => [
    product.name, number(product.current_stock),
    product.last_sale ? date(product.last_sale) : t("dead.never"),
  ]);
  return html`
    <p>${t("dead.count", { count: number(deadCount), days: deadAfterDays })}</p>
    <${DataTable} caption=${t("dead.title")} rows=${rows}
                  headings=${["name", "stock", "last"].map((name) => t(`dead.${name}`))} />`;
}

function save(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
