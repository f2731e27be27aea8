/** The blocks of the goods: what sells, what runs out, what lies there. */
import { useAttempt } from "../shell/attempt.js";
import { number, signed } from "../shell/format.js";
import { shown } from "../shell/money.js";
import { t } from "../shell/texts.js";
import { html, useSignal } from "../shell/ui.js";
import { Chart } from "./chart_frame.js";
import { HorizontalBars } from "./charts.js";
import { dayTold, todayInShop } from "./days.js";
import { shownIfKnown } from "./figures.js";
import { orderFile } from "./orders_file.js";
import { addressOf } from "./places.js";
import { saveCsv } from "./save.js";
import { Table } from "./table.js";

/** The lists of the block: which one, and what its bars are as long as; what all of them lost is positive. */
const VIEWS = {
  revenue: { list: "by_revenue", measure: "revenue", written: shown },
  units: { list: "by_units", measure: "units", written: number },
  margin: { list: "by_margin", measure: "profit", written: shown },
  risers: { list: "risers", measure: "difference", written: (cents) => signed(cents, shown) },
  fallers: { list: "fallers", measure: "difference", sign: -1, written: (cents) => shown(-cents) },
};

/** The products that brought most, by revenue, pieces or margin; and those that rose and fell most. */
export function Products({ data: { products } }) {
  const view = useSignal("revenue");
  const { list, measure, sign = 1, written } = VIEWS[view.value];
  const title = t(`products.title_${view.value}`);
  const rows = products[list].map(({ name, [measure]: measured }) => {
    const value = sign * measured;
    return { name, value, shown: written(value), told: `${name}: ${written(value)}` };
  });
  const table = {
    minor: [2, 3],
    headings: ["name", "revenue", "before", "units", "margin"].map((name) => t(`products.${name}`)),
    rows: products[list].map(({ name, revenue, before, units, profit }) =>
      [name, shown(revenue), shown(before), number(units), shownIfKnown(profit)]),
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

const OUT = ["name", "supplier", "days", "stock", "velocity", "suggested"];

const OUT_MINOR = ["stock", "velocity", "supplier"].map((name) => OUT.indexOf(name));

const toOrder = (product) => [
  product.name, product.supplier_name, product.days_of_cover, product.current_stock,
  product.sales_velocity, product.order_quantity,
];

/** What runs out first, and how much to order of whom; all that is to order as a file. */
export function RunningOut({ data: { orders } }) {
  if (orders.length === 0) return html`<p>${t("out.none")}</p>`;
  const headings = OUT.map((name) => t(`out.${name}`));
  const written = (value) => (value === null ? "–" : typeof value === "number" ? number(value) : value);
  return html`
    <${Table} title=${t("out.title")} headings=${headings} numericFrom=${2} minor=${OUT_MINOR}
              rows=${orders.map((product) => toOrder(product).map(written))} />
    <${OrderFile} headings=${headings} name=${`${t("out.file")}-${todayInShop()}.csv`} />`;
}

/** The button for the file, which says how far it is read. */
function OrderFile({ headings, name }) {
  const progress = useSignal(null);
  const { problem, isBusy, attempt } = useAttempt();
  const save = () => attempt(async () => {
    const tell = (read, total) => (progress.value = { read: number(read), total: number(total) });
    tell(0, 0);
    saveCsv(name, ...(await orderFile(headings, toOrder, tell)));
  });
  return html`
    <div class="row no-print">
      <button disabled=${isBusy} onClick=${save}>${t("out.csv")}</button>
      <span role="status">${isBusy.value && t("out.reading", progress.value)}</span>
      ${problem.value && html`<p role="alert" class="problem">${t("error.load", { why: problem.value })}</p>`}
    </div>`;
}

const DEAD = ["name", "stock", "value", "last", "promote"];
const DEAD_MINOR = ["stock", "last"].map((name) => DEAD.indexOf(name));

/** What has not been sold for long, and the money in it. */
export function DeadStock({ data: { dead } }) {
  if (dead.length === 0) return html`<p>${t("dead.none")}</p>`;
  const rows = dead.map((product) => [
    product.name, number(product.current_stock), shownIfKnown(product.value),
    product.last_sale ? dayTold(product.last_sale) : t("dead.never"), html`<${Promote} product=${product} />`,
  ]);
  const known = dead.flatMap(({ value }) => value ?? []);
  const total = known.length > 0 ? known.reduce((sum, value) => sum + value) : null;
  const headings = DEAD.map((name) => t(`dead.${name}`));
  return html`
    <p>${t("dead.total", { count: number(dead.length), value: shownIfKnown(total) })}</p>
    <${Table} title=${t("dead.title")} headings=${headings} rows=${rows} minor=${DEAD_MINOR} />`;
}

/** The way to a promotion of the product, prepared. */
function Promote({ product: { product_id: product, name } }) {
  const prepared = addressOf("promotions", "new", { product, name: t("dead.promotion", { name }) });
  return html`<a class="button no-print" href=${prepared}>${t("dead.promote")}</a>`;
}
