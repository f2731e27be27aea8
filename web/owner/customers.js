/** The place of the customers: who they are, what they have, and what they owe. */

import { call } from "../shell/api.js";
import { number } from "../shell/format.js";
import { t } from "../shell/texts.js";
import { html } from "../shell/ui.js";
import { CUSTOMER_FIELDS, Customer } from "./customer.js";
import { Form } from "./form.js";
import { List } from "./list.js";
import { fullName } from "./names.js";
import { Head, Tag, moneyIfAny } from "./parts.js";
import { addressOf, go } from "./places.js";

const COLUMNS = [
  { name: "name", label: "customer.name", ordering: "first_name", cell: fullName },
  { name: "phone", label: "customer.phone", cell: (each) => each.phone_number },
  { name: "points", label: "customer.points", numeric: true, minor: true,
    cell: (each) => (each.current_points ? number(each.current_points) : "–") },
  { name: "limit", label: "customer.limit", numeric: true, minor: true,
    cell: (each) => moneyIfAny(each.credit_limit) },
  { name: "debt", label: "customer.debt", numeric: true, ordering: "credit_used",
    cell: (each) => moneyIfAny(each.credit_used) },
  { name: "frequent", label: "customer.kind", minor: true, ordering: "is_frequent",
    cell: (each) => each.is_frequent && html`<${Tag} tone="good">${t("customer.frequent")}<//>` },
];

/** `part` is `new`, or the id of one. */
export function Customers({ part }) {
  if (part === "new") return html`<main class="owner"><${NewCustomer} /></main>`;
  if (part !== undefined) {
    return html`<main class="owner"><${Customer} key=${part} id=${Number(part)} /></main>`;
  }
  return html`
    <main class="owner">
      <${List} path="/api/customers/" title=${t("place.customers")} columns=${COLUMNS}
        search="customers.search"
        empty="customers.none" opens=${({ id }) => addressOf("customers", id)}>
        <a class="button primary" href=${addressOf("customers", "new")}>${t("customers.new")}</a>
      <//>
    </main>`;
}

function NewCustomer() {
  const send = async ({ all, key }) => {
    const { body } = await call("POST", "/api/customers/", { body: all, key });
    return () => go(addressOf("customers", body.id));
  };
  return html`
    <${Head} title=${t("customers.new")} />
    <div class="card"><${Form} fields=${CUSTOMER_FIELDS} values=${{}} send=${send} /></div>`;
}
