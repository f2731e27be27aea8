/** The place of the promotions: the list, a new one, and one to change or to end. */
import { ApiError, call } from "../shell/api.js";
import { t } from "../shell/texts.js";
import { html } from "../shell/ui.js";
import { dayAfter, todayInShop } from "./days.js";
import { Form, shownIn } from "./form.js";
import { optionsOf } from "./options.js";
import { Place, Sure } from "./parts.js";
import { addressOf, go, place, replace } from "./places.js";
import { ProductPicker } from "./product_picker.js";
import { PromotionList, State } from "./promotion_list.js";
import { RecordForm, Unread, unlessChanged, useRecord } from "./record.js";

const LIST = addressOf("promotions");
const USUAL_DAYS = 14;

export function Promotions({ part }) {
  if (part === "new") return html`<${NewPromotion} />`;
  if (part !== undefined) return html`<${Promotion} key=${part} id=${part} />`;
  const actions = html`
    <a class="button primary" href=${addressOf("promotions", "new")}>${t("promotion.new")}</a>`;
  return html`<main class="owner"><${PromotionList} actions=${actions} /></main>`;
}

/** `#promotions/new?product=7` has its product chosen. */
function NewPromotion() {
  const start = todayInShop();
  const { product = "", name = "" } = place.value.query;
  const usual = {
    product, name, start_date: start, end_date: dayAfter(start, USUAL_DAYS - 1), target_audience: "ALL",
  };
  const create = async ({ all }) => {
    await call("POST", "/api/promotions/", { body: all });
    return () => replace(LIST);
  };
  return html`
    <${Place} title=${t("promotion.new")} back=${LIST}>
      <section class="card">
        <${Form} fields=${fields()} values=${shownIn(fields(), usual)} send=${create} errorsOf=${besideDays}
          submit="promotion.create" />
      </section>
    <//>`;
}

function Promotion({ id }) {
  const promotion = useRecord(`/api/promotions/${encodeURIComponent(id)}/`);
  if (promotion.body === null) return html`<${Place} back=${LIST}><${Unread} record=${promotion} /><//>`;
  return html`
    <${Place} title=${promotion.body.name} back=${LIST}
      actions=${html`<${State} promotion=${promotion.body} />`}>
      <section class="card stack">
        <${RecordForm} record=${promotion} fields=${fields()} errorsOf=${besideDays}>
          <${End} promotion=${promotion} />
        <//>
      </section>
    <//>`;
}

/** Ends it at once: one that has run stays to be read, with yesterday as its last day; another is deleted. */
function End({ promotion }) {
  const { path, body } = promotion;
  const today = todayInShop();
  const hasRun = body.start_date < today;
  if (body.end_date < today) return null;
  const act = async () => {
    const last = { end_date: dayAfter(today, -1) };
    const { conflict } = await unlessChanged(promotion, fields(), (ifMatch) =>
      hasRun ? call("PATCH", path, { body: last, ifMatch }) : call("DELETE", path, { ifMatch }));
    if (conflict) throw conflict.refusal;
    return () => go(LIST);
  };
  const deed = hasRun ? "end" : "delete";
  return html`
    <${Sure} label=${`promotion.${deed}`} question=${t(`promotion.${deed}_ask`)} deed=${act} />`;
}

function fields() {
  const audiences = optionsOf("audience", ["ALL", "FREQUENT_ONLY"]);
  return [
    {
      name: "product", label: "promotion.product", isRequired: true, isWide: true, Input: ProductPicker,
      toApi: (id) => (id === "" ? null : Number(id)),
    },
    { name: "name", label: "promotion.name", isRequired: true, hint: "promotion.name_hint" },
    { name: "discount_percent", label: "promotion.percent_field", type: "number", isRequired: true,
      attributes: { inputmode: "decimal" } },
    { name: "start_date", label: "promotion.start", type: "date", isRequired: true },
    { name: "end_date", label: "promotion.end_day", type: "date", isRequired: true,
      hint: "promotion.end_hint" },
    { name: "target_audience", label: "promotion.audience", options: audiences },
    { name: "description", label: "promotion.description", type: "textarea", isWide: true },
  ];
}

/** Days that another promotion of the product has are said beside the days. */
function besideDays(error) {
  const shared = error instanceof ApiError && error.headers.get("X-Error-Code") === "promotions_overlap";
  const overlap = shared ? error.body.non_field_errors : undefined;
  return overlap ? { ...error.fields, start_date: overlap } : error.fields;
}
