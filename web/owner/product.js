/** One product: what it is and costs, its stock, its promotions. */
import { call } from "../shell/api.js";
import { cents, shown } from "../shell/money.js";
import { TAX_RATES } from "../shell/prices.js";
import { t } from "../shell/texts.js";
import { html } from "../shell/ui.js";
import { Form, shownIn } from "./form.js";
import { optionsOf } from "./options.js";
import { Card, Place } from "./parts.js";
import { addressOf, go, replace } from "./places.js";
import { PriceInput } from "./price_input.js";
import { PromotionsOf } from "./promotion_list.js";
import { RecordForm, Unread, useRecord } from "./record.js";
import { Remove } from "./remove.js";
import { Stock } from "./stock.js";
import { useSuppliers } from "./suppliers.js";

const LIST = addressOf("products");
const DEFAULTS = { tax_rate: "0.16", is_active: true };

/** A product to sell that is not there yet. */
export function NewProduct() {
  const fields = fieldsOf(useSuppliers());
  const create = async ({ all }) => {
    const { body } = await call("POST", "/api/products/", { body: all });
    return () => replace(addressOf("products", `${body.id}`));
  };
  return html`
    <${Place} title=${t("product.new")} back=${LIST}>
      <section class="card">
        <${Form} fields=${fields} values=${shownIn(fields, DEFAULTS)} send=${create}
          submit="product.create" />
      </section>
    <//>`;
}

/** A product that there is. */
export function Product({ id }) {
  const product = useRecord(`/api/products/${encodeURIComponent(id)}/`);
  const suppliers = useSuppliers();
  if (product.body === null) return html`<${Place} back=${LIST}><${Unread} record=${product} /><//>`;
  const { name, final_price: price, discounted_price: discount } = product.body;
  const actions = html`
    <a class="button" href=${addressOf("products", "labels", { ids: id })}>${t("product.print_label")}</a>`;
  return html`
    <${Place} title=${name} back=${LIST} actions=${actions}>
      <${Card} title=${t("product.data")} name="data">
        ${discount !== null && html`<p>${t("product.promoted_now", { price: shown(cents(price)) })}</p>`}
        <${RecordForm} record=${product} fields=${fieldsOf(suppliers, product.body)}>
          <${Remove} record=${product} fields=${fieldsOf(suppliers, product.body)} label="product.delete"
            question=${t("product.delete_ask", { name })} done=${() => go(LIST)} />
        <//>
      <//>
      <${Card} title=${t("product.stock")} name="stock"><${Stock} product=${product} /><//>
      <${Card} title=${t("place.promotions")} name="promotions"><${PromotionsOf} product=${id} /><//>
    <//>`;
}

const INITIAL_STOCK = { name: "current_stock", label: "product.initial_stock", type: "number" };

/** The fields of a product; `product` as it is stored. One that is not there yet may have a stock. */
function fieldsOf(suppliers, product) {
  const known = suppliers.map(({ id, name }) => [`${id}`, name]);
  return [
    { name: "name", label: "product.name", isRequired: true, attributes: { maxlength: 255 } },
    { name: "sku", label: "product.sku", hint: "product.sku_hint", isRequired: true },
    { name: "price", label: "product.price", type: "money", isRequired: true, Input: PriceInput,
      stored: product },
    { name: "tax_rate", label: "product.tax", options: optionsOf("tax", TAX_RATES) },
    { name: "cost", label: "product.cost", type: "money", hint: "product.cost_hint" },
    {
      name: "supplier", label: "product.supplier", options: [["", t("product.no_supplier")], ...known],
      toApi: (id) => (id === "" ? null : Number(id)),
    },
    { name: "low_stock_threshold", label: "product.threshold", type: "number",
      hint: "product.threshold_hint" },
    ...(product ? [] : [INITIAL_STOCK]),
    { name: "is_active", label: "product.is_active", type: "checkbox", group: "product.web" },
    { name: "category", label: "product.category" },
    { name: "brand", label: "product.brand" },
    { name: "pet_type", label: "product.pet_type" },
    { name: "weight", label: "product.weight", type: "number", attributes: { inputmode: "decimal" } },
    { name: "description", label: "product.description", type: "textarea", isWide: true },
    { name: "clave_prod_serv", label: "product.clave_prod_serv", group: "product.invoice" },
    { name: "clave_unidad", label: "product.clave_unidad" },
    { name: "objeto_imp", label: "product.objeto_imp" },
  ];
}
