/** The orders of the web shop: its own list of the API, and the steps from order to door. */

import { call } from "../shell/api.js";
import { useAttempt } from "../shell/attempt.js";
import { dateAndTime } from "../shell/format.js";
import { shown } from "../shell/money.js";
import { t } from "../shell/texts.js";
import { html } from "../shell/ui.js";
import { centsOf } from "./figures.js";
import { List } from "./list.js";
import { optionsOf } from "./options.js";
import { Card, Facts, Head, PartsTable, Sure, Tag } from "./parts.js";
import { addressOf } from "./places.js";
import { Unread, useRecord } from "./record.js";

/** One step at a time, each with its tone; anything may be cancelled, and nothing comes after that. */
const STEPS = { pending: "warn", confirmed: "", processing: "", shipped: "", delivered: "good" };
const NAMES = [...Object.keys(STEPS), "cancelled"];

/** An amount as the web shop's API writes it, for people. */
export const price = (number) => shown(centsOf(number));

const Status = ({ status }) => html`<${Tag} tone=${STEPS[status] ?? "bad"}>${t(`web.${status}`)}<//>`;

/** The list, the newest first. */
export function WebOrders() {
  const columns = [
    { name: "id", label: "web.number", cell: ({ id }) => `${id}` },
    { name: "at", label: "order.at", cell: (order) => dateAndTime(order.created_at) },
    { name: "buyer", label: "web.buyer", minor: true, cell: ({ username }) => username },
    { name: "total", label: "order.total", numeric: true, cell: (order) => price(order.total_price) },
    { name: "status", label: "order.status", cell: (order) => html`<${Status} ...${order} />` },
  ];
  const statuses = { name: "status", label: "order.status", options: optionsOf("web", NAMES) };
  return html`
    <${List} path="/sales/orders" title=${t("orders.web")} columns=${columns} filters=${[statuses]}
      search=${false} rowsIn=${({ orders }) => orders} empty="orders.none"
      opens=${({ id }) => addressOf("orders", `web-${id}`)} />`;
}

/** One order with its lines, and its next step. */
export function WebOrder({ id }) {
  const record = useRecord(`/sales/orders/${id}`);
  const back = addressOf("orders", "web");
  if (!record.body) {
    return html`<${Head} back=${back} title=${t("web.one", { id })} /><${Unread} record=${record} />`;
  }
  const order = record.body;
  const lines = order.items.map((item) => [
    item.product_name, item.quantity, price(item.unit_price), price(item.amount),
  ]);
  return html`
    <${Head} back=${back} title=${t("web.one", { id })}><${Status} ...${order} /><//>
    <div class="blocks">
      <${Card} title=${t("order.facts")} name="facts">
        <${Facts} facts=${[
          ["order.at", dateAndTime(order.created_at)],
          ["web.buyer", order.username],
          ["order.total", html`<strong>${price(order.total_price)}</strong>`, "total"],
          ["web.address", order.shipping_address],
          ["web.shipped_at", order.shipped_at ? dateAndTime(order.shipped_at) : undefined],
        ]} />
      <//>
      ${order.status !== "cancelled" && html`
        <${Card} title=${t("web.step")} name="step"><${Step} record=${record} /><//>`}
    </div>
    <${Card} title=${t("order.lines")} name="lines">
      <${PartsTable} title=${t("order.lines")} cells=${lines} minor=${[2]}
        headings=${["line.product", "line.quantity", "web.price", "line.amount"]} />
    <//>`;
}

/** The next step by one press; the end only by a second one, on what says what will happen. */
function Step({ record }) {
  const { id, status } = record.body;
  const { problem, isBusy, attempt } = useAttempt();
  const names = Object.keys(STEPS);
  const next = names[names.indexOf(status) + 1];
  const move = async (to) => {
    try {
      await call("PATCH", `${record.path}/status`, { body: { status: to } });
    } finally {
      record.take(await call("GET", record.path)); // if it is refused, somebody else has moved it
    }
  };
  return html`
    <div class="row">
      ${next && html`
        <button key=${next} class="primary" disabled=${isBusy} onClick=${() => attempt(() => move(next))}>
          ${t("web.take", { next: t(`web.${next}`) })}
        </button>`}
      <${Sure} label="web.cancel" question=${t("web.cancel_sure", { id })} deed=${() => move("cancelled")} />
      <p role="alert" class="problem">${problem}</p>
    </div>`;
}
