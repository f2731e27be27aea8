/** Lists of promotions: all of them, or those of a product. */
import { percentTold } from "../shell/format.js";
import { t } from "../shell/texts.js";
import { html } from "../shell/ui.js";
import { daysTold, todayInShop } from "./days.js";
import { List } from "./list.js";
import { optionsOf } from "./options.js";
import { Tag } from "./parts.js";
import { addressOf } from "./places.js";

const WHEN = ["RUNNING", "COMING", "OVER"];

/** All promotions, those that began last first. */
export function PromotionList({ actions }) {
  return html`
    <${List} path="/api/promotions/" title=${t("place.promotions")} search="promotion.search"
      empty="promotion.none" fixed=${{ ordering: "-start_date" }} opens=${opens}
      filters=${[{ name: "when", label: "promotion.when", options: optionsOf("promotion", WHEN) }]}
      columns=${[NAME, PRODUCT, ...COLUMNS]}>${actions}<//>`;
}

/** The promotions of a product, and the way to another. */
export function PromotionsOf({ product }) {
  return html`
    <${List} path="/api/promotions/" title=${t("promotion.of_product")} search=${false} empty="promotion.none"
      fixed=${{ ordering: "-start_date", product }} opens=${opens} limit=${10} prefix="promotions."
      columns=${[NAME, ...COLUMNS]}>
      <a class="button" href=${addressOf("promotions", "new", { product })}>${t("promotion.new")}</a>
    <//>`;
}

const opens = ({ id }) => addressOf("promotions", `${id}`);

const NAME = { name: "name", label: "promotion.name", cell: ({ name }) => name };
const PRODUCT = {
  name: "product", label: "promotion.product", minor: true, cell: (promotion) => promotion.product_name,
};
const COLUMNS = [
  {
    name: "percent", label: "promotion.percent", numeric: true,
    cell: ({ discount_percent: percent }) => percentTold(percent),
  },
  { name: "days", label: "promotion.days", cell: (promotion) => html`
    <${State} promotion=${promotion} /> <span>${daysTold(daysOf(promotion))}</span>` },
  {
    name: "audience", label: "promotion.audience", minor: true,
    cell: ({ target_audience: audience }) => t(`audience.${audience}`),
  },
];

const daysOf = ({ start_date: start, end_date: end }) => ({ start, end });
const TONES = { RUNNING: "good", COMING: "warn", OVER: "" };

/** Whether it runs today, comes, or is over. */
export function State({ promotion: { is_active: isRunning, start_date: start } }) {
  const when = isRunning ? "RUNNING" : start > todayInShop() ? "COMING" : "OVER";
  return html`<${Tag} tone=${TONES[when]}>${t(`promotion.${when}`)}<//>`;
}
