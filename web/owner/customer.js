/** One customer: data, debt and its payment, points, and the ledgers of both. */

import { call } from "../shell/api.js";
import { dateAndTime, number } from "../shell/format.js";
import { cents, shown, typedCents } from "../shell/money.js";
import { t } from "../shell/texts.js";
import { html, useSignal } from "../shell/ui.js";
import { Form } from "./form.js";
import { List } from "./list.js";
import { drawerField, fullName, useNames } from "./names.js";
import { optionsOf } from "./options.js";
import { SALE_COLUMNS, ticket } from "./order_marks.js";
import { Card, Facts, Head, Tag, money, orNothing } from "./parts.js";
import { addressOf, go } from "./places.js";
import { RecordForm, Unread, useRecord } from "./record.js";
import { Remove } from "./remove.js";

/** What a form of a customer asks for. An empty limit is the shop's usual one. */
export const CUSTOMER_FIELDS = [
  { name: "first_name", label: "person.first_name", isRequired: true },
  { name: "last_name", label: "person.last_name", isRequired: true },
  { name: "phone_number", label: "customer.phone", type: "tel", isRequired: true },
  { name: "email", label: "person.email", type: "email" },
  { name: "birth_date", label: "customer.birth_date", type: "date" },
  { name: "credit_limit", label: "customer.limit", type: "money", hint: "customer.limit_hint" },
  { name: "rfc", label: "customer.rfc" },
  { name: "razon_social", label: "customer.razon_social" },
  { name: "regimen_fiscal", label: "customer.regimen_fiscal", hint: "customer.regimen_hint" },
  { name: "uso_cfdi", label: "customer.uso_cfdi", hint: "customer.uso_hint" },
  { name: "cp_fiscal", label: "customer.cp_fiscal" },
];

/** The customer with this id. */
export function Customer({ id }) {
  const record = useRecord(`/api/customers/${id}/`);
  const names = useNames();
  const moved = useSignal(0);
  const hasPaid = useSignal(false);
  if (!record.body) return html`<${Head} /><${Unread} record=${record} />`;
  const customer = record.body;
  const { current_points: points, points_owed: owed } = customer;
  const changed = () => {
    moved.value += 1;
    record.again();
  };
  const props = { customer, changed };
  return html`
    <${Head} title=${fullName(customer)}>
      ${customer.is_frequent && html`<${Tag} tone="good">${t("customer.frequent")}<//>`}
      <${Remove} record=${record} fields=${CUSTOMER_FIELDS} label="customer.delete"
        done=${() => go(addressOf("customers"))}
        question=${t("customer.delete_sure", { name: fullName(customer) })} />
    <//>
    <div class="blocks">
      <${Card} title=${t("customer.credit")} name="credit">
        <${Facts} facts=${[
          ["customer.debt", html`<strong>${money(customer.credit_used)}</strong>`, "debt"],
          ["customer.available", money(customer.available_credit), "available"],
          ["customer.limit", money(customer.credit_limit), "limit"],
        ]} />
        ${cents(customer.credit_used) > 0
          ? html`<${PayDebt} ...${props} paid=${() => (hasPaid.value = true)} />`
          : hasPaid.value && html`<p role="status" class="good">${t("debt.paid")}</p>`}
      <//>
      <${Card} title=${t("customer.points")} name="points">
        <${Facts} facts=${[
          ["customer.points", html`<strong>${number(points)}</strong>`, "points"],
          ["customer.points_owed", owed ? number(owed) : undefined, "owed"],
        ]} />
        <${MovePoints} ...${props} />
      <//>
    </div>
    <${Card} title=${t("customer.data")} name="data">
      <${RecordForm} record=${record} fields=${CUSTOMER_FIELDS} />
    <//>
    <${Ledger} title="customer.credit_ledger" path=${`/api/customers/${id}/credit-history/`} prefix="credit."
      version=${moved.value} amount=${signed} names=${names} details=${(line) =>
        [line.payment_method && t(`method.${line.payment_method}`),
          line.register && names.register(line.register)]} />
    <${Ledger} title="customer.points_ledger" path=${`/api/customers/${id}/history/`} prefix="points."
      version=${moved.value} names=${names}
      amount=${({ amount }) => `${amount > 0 ? "+" : ""}${number(amount)}`}
      details=${() => []} />
    <${Card} title=${t("customer.orders")} name="orders">
      <${List} path="/api/orders/" title=${t("customer.orders")} prefix="orders." search=${false} limit=${10}
        fixed=${{ customer: id }} columns=${SALE_COLUMNS.filter(({ name }) => name !== "customer")}
        opens=${ticket} empty="customer.no_orders" />
    <//>`;
}

/** A payment lowers the debt, a purchase raises it; what is adjusted says so itself. */
function signed({ transaction_type: type, amount }) {
  const text = money(amount);
  if (type === "PAYMENT") return `-${text}`;
  return type === "CHARGE" ? `+${text}` : text;
}

function Ledger({ title, path, prefix, amount, details, names, version }) {
  const columns = [
    { name: "at", label: "order.at", cell: (line) => dateAndTime(line.created_at) },
    { name: "kind", label: "ledger.kind", minor: true, cell: (line) => t(`ledger.${line.transaction_type}`) },
    { name: "amount", label: "methods.amount", numeric: true, cell: amount },
    { name: "what", label: "ledger.what",
      cell: (line) => [line.description, ...details(line)].filter(Boolean).join(" · ") },
    { name: "user", label: "order.user", minor: true, cell: (line) => orNothing(names.person(line.user)) },
  ];
  return html`
    <${Card} title=${t(title)} name=${prefix.slice(0, -1)}>
      <${List} path=${path} title=${t(title)} prefix=${prefix} columns=${columns} search=${false} limit=${10}
        version=${version} empty="ledger.none" />
    <//>`;
}

/**
 * A payment of the debt goes into the drawer of a register whose shift is open, or into none. The shop books
 * no more than the debt.
 */
function PayDebt({ customer, changed, paid }) {
  const leftOver = ({ amount }) => {
    const more = (typedCents(amount) ?? 0) - cents(customer.credit_used);
    return more > 0 ? t("debt.left_over", { amount: shown(more) }) : "";
  };
  const drawer = drawerField("debt.register");
  const fields = [
    { name: "amount", label: "methods.amount", type: "money", isRequired: true, note: leftOver },
    { name: "payment_method", label: "methods.name",
      options: optionsOf("method", ["CASH", "CARD", "TRANSFER"]) },
    drawer.field,
    { name: "description", label: "ledger.what" },
  ];
  const values = {
    amount: customer.credit_used, payment_method: "CASH", register: drawer.value, description: "",
  };
  const send = async ({ all, key }) => {
    await call("POST", `/api/customers/${customer.id}/pay-credit/`, { body: all, key });
    paid();
    changed();
  };
  return html`
    <details data-deed="pay">
      <summary>${t("debt.pay")}</summary>
      <${Form} fields=${fields} values=${values} send=${send} errorsOf=${besideAmount} submit="debt.pay"
        saved="debt.paid" />
    </details>`;
}

/** What the API says against a balance is about the amount. */
const besideAmount = ({ body, fields }) => (Array.isArray(body?.error) ? { amount: body.error } : fields);

const POINTS_FIELDS = [
  { name: "amount", label: "points.amount", type: "number", isRequired: true },
  { name: "description", label: "points.why", isRequired: true },
];

function MovePoints({ customer, changed }) {
  const kinds = optionsOf("points", ["EARN", "REDEEM", "ADJUSTMENT"]);
  const fields = [{ name: "transaction_type", label: "ledger.kind", options: kinds }, ...POINTS_FIELDS];
  const send = async ({ all, key }) => {
    await call("POST", `/api/customers/${customer.id}/points/`, { body: all, key });
    changed();
  };
  return html`
    <details data-deed="points">
      <summary>${t("points.move")}</summary>
      <${Form} fields=${fields} values=${{ transaction_type: "EARN", amount: "", description: "" }}
        send=${send} errorsOf=${besideAmount} submit="points.move" saved="points.moved" />
    </details>`;
}
